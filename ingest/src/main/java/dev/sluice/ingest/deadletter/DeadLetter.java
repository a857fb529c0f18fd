package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.protocol.LogShard;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A record that is no event of its stream: all its bytes, where it lay, and why it was refused. */
public record DeadLetter(
    String stream,
    LogShard shard,
    long offset,
    Instant receivedAt,
    Optional<ByteBuffer> key,
    Optional<ByteBuffer> value,
    List<Header> headers,
    String reason,
    String detail) {

  /** The reason of a record without bytes; what is not named here is the decoder's. */
  public static final String NO_VALUE = "no-value";

  /** The reason of an event with a value that its table's column cannot hold. */
  public static final String COLUMN_TYPE = "column-type";

  /** The reason of an event that belongs to none of its stream's tables. */
  public static final String UNKNOWN_ROUTE = "unknown-route";

  /** One header; names may repeat. */
  public record Header(String name, Optional<ByteBuffer> value) {
    public Header {
      Objects.requireNonNull(name, "name");
      value = value.map(ByteBuffer::asReadOnlyBuffer);
    }
  }

  public DeadLetter {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(shard, "shard");
    Objects.requireNonNull(receivedAt, "receivedAt");
    key = key.map(ByteBuffer::asReadOnlyBuffer);
    value = value.map(ByteBuffer::asReadOnlyBuffer);
    headers = List.copyOf(headers);
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(detail, "detail");
  }
}
