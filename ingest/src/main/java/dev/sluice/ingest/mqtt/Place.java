package dev.sluice.ingest.mqtt;

import java.util.Objects;
import java.util.Optional;

/** What a topic says of its messages: the stream they are events of, and their key. */
record Place(String stream, Optional<String> key) {
  Place {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(key, "key");
  }
}
