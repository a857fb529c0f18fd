package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetter;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.table.TableRow;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Makes a row, a duplicate or a dead letter of each record, and counts it. */
final class RecordTaker {

  /** What a record weighs beside its bytes, about. */
  private static final int OVERHEAD_BYTES = 128;

  private RecordTaker() {}

  /** A record that was an event when it was first read is none any more. */
  static final class ChangedMindException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChangedMindException(ShardTrack track, long offset, String detail) {
      super(
          "offset "
              + offset
              + " of "
              + track.place()
              + " was an event when a worker read it before and is refused now ("
              + detail
              + "): put the stream's earlier declaration back until the shard has passed it");
    }
  }

  static void take(
      ConsumerRecord<byte[], byte[]> record, ShardTrack track, TableTrack table, Instant now) {
    long offset = record.offset();
    if (offset < track.position()) {
      throw new IllegalStateException(
          "the log gave offset "
              + offset
              + " of "
              + track.place()
              + ", expected "
              + track.position());
    }
    track.passOver(offset);
    track.received(record.timestamp());
    table.read(size(record), record.timestamp(), now);
    boolean covered = offset < track.cover().to();
    if (covered && track.cover().letters().contains(offset)) {
      track.deadLetter();
      return;
    }
    if (record.value() == null) {
      refuse(record, track, table, DeadLetter.NO_VALUE, "the record has no value");
      return;
    }
    Optional<Decoded.Refused> refused = table.decoder().read(record.value());
    if (refused.isPresent()) {
      refuse(record, track, table, refused.get().reason().wireName(), refused.get().detail());
      return;
    }
    if (track.repeated(table.decoder().columns(), record.timestamp())) {
      table.addDuplicate();
      track.duplicate();
      return;
    }
    TableRow row = table.row(track.place().partition(), offset, record.timestamp());
    table.add(row);
    track.row(row.checksum());
    row.reachedMicros().ifPresent(track::reached);
  }

  private static void refuse(
      ConsumerRecord<byte[], byte[]> record,
      ShardTrack track,
      TableTrack table,
      String reason,
      String detail) {
    if (record.offset() < track.cover().to()) {
      throw new ChangedMindException(track, record.offset(), detail);
    }
    List<DeadLetter.Header> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new DeadLetter.Header(header.key(), bytes(header.value())));
    }
    table.add(
        new DeadLetter(
            track.stream().name(),
            track.shard().orElseThrow(),
            record.offset(),
            Instant.ofEpochMilli(record.timestamp()),
            bytes(record.key()),
            bytes(record.value()),
            headers,
            reason,
            detail),
        size(record));
    track.deadLetter();
  }

  private static Optional<ByteBuffer> bytes(byte[] array) {
    return Optional.ofNullable(array).map(ByteBuffer::wrap);
  }

  private static int size(ConsumerRecord<byte[], byte[]> record) {
    return Math.max(0, record.serializedKeySize())
        + Math.max(0, record.serializedValueSize())
        + OVERHEAD_BYTES;
  }
}
