package dev.sluice.ingest.intake;

import dev.sluice.ingest.stream.Stream;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;

/** A body that has arrived whole. */
public record Submission(Stream stream, Notation notation, Packing packing, Buffer body) {
  /** How a body was sent. */
  public enum Packing {
    PLAIN,
    GZIP
  }

  public Submission {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(notation, "notation");
    Objects.requireNonNull(packing, "packing");
    Objects.requireNonNull(body, "body");
  }
}
