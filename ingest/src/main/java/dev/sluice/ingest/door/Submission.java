package dev.sluice.ingest.door;

import dev.sluice.ingest.stream.Stream;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;

/** A body that has arrived whole. */
record Submission(Stream stream, Notation notation, Packing packing, Buffer body) {
  /** How a body was sent. */
  enum Packing {
    PLAIN,
    GZIP
  }

  Submission {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(notation, "notation");
    Objects.requireNonNull(packing, "packing");
    Objects.requireNonNull(body, "body");
  }
}
