package dev.sluice.ingest.intake;

import dev.sluice.ingest.stream.Stream;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.Optional;

/**
 * One event that arrived on its own.
 *
 * @param key the key of an event that has none itself: its key field, where its stream declares
 *     one, decides, so that an event has the same shard whichever way it comes
 */
public record Single(Stream stream, Optional<String> key, Buffer event, Unfit unfit) {
  /** What becomes of bytes that are no event of the stream. */
  public enum Unfit {
    /** They are not taken, and the sender is told why. */
    REFUSE,
    /**
     * They are refused and counted so, but appended as they are, for who sent them cannot be told:
     * whoever moves the log into tables finds them to be no event and keeps them as a dead letter.
     */
    KEEP
  }

  public Single {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(event, "event");
    Objects.requireNonNull(unfit, "unfit");
  }
}
