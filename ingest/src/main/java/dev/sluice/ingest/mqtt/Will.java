package dev.sluice.ingest.mqtt;

import dev.sluice.ingest.key.WriteKey;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Objects;

/** What a client wants said when it ends without taking leave, and how long after. */
record Will(String topic, WriteKey key, String clientId, Buffer event, Duration delay) {
  Will {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(clientId, "clientId");
    Objects.requireNonNull(event, "event");
    Objects.requireNonNull(delay, "delay");
  }

  /** What it takes in memory, at the most. */
  long bytes() {
    return event.length() + 2L * topic.length();
  }
}
