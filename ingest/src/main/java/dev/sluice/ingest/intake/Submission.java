package dev.sluice.ingest.intake;

import dev.sluice.ingest.enrich.Circumstances;
import dev.sluice.ingest.stream.Stream;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;

/** A body that has arrived whole. */
public record Submission(
    Stream stream, Notation notation, Packing packing, Buffer body, Circumstances circumstances) {
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
    Objects.requireNonNull(circumstances, "circumstances");
  }

  /** Of a sender nothing is known of. */
  public Submission(Stream stream, Notation notation, Packing packing, Buffer body) {
    this(stream, notation, packing, body, Circumstances.UNKNOWN);
  }
}
