package dev.sluice.ingest.mqtt;

import dev.sluice.ingest.stream.Stream;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** What a client wants said when it ends without taking leave, and how long after. */
record Will(Stream stream, Optional<String> key, Buffer event, Duration delay) {
  Will {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(event, "event");
    Objects.requireNonNull(delay, "delay");
  }
}
