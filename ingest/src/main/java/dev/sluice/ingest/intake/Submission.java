package dev.sluice.ingest.intake;

import dev.sluice.ingest.cloudevent.CloudContext;
import dev.sluice.ingest.enrich.Circumstances;
import dev.sluice.ingest.key.WriteKey;
import dev.sluice.ingest.stream.Stream;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A body that has arrived whole.
 *
 * @param circumstances what is known of its sender
 * @param context of the one CloudEvent whose data the body is
 * @param key whose allowance its events are taken from
 */
public record Submission(
    Stream stream,
    Notation notation,
    Packing packing,
    Buffer body,
    Circumstances circumstances,
    Optional<CloudContext> context,
    Optional<WriteKey> key) {
  /** How a body was sent. */
  public enum Packing {
    PLAIN,
    GZIP,
    ZSTD;

    /** The packing a Content-Encoding names. */
    public static Optional<Packing> of(String contentEncoding) {
      return switch (contentEncoding.strip().toLowerCase(Locale.ROOT)) {
        case "", "identity" -> Optional.of(PLAIN);
        case "gzip" -> Optional.of(GZIP);
        case "zstd" -> Optional.of(ZSTD);
        default -> Optional.empty();
      };
    }
  }

  public Submission {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(notation, "notation");
    Objects.requireNonNull(packing, "packing");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(circumstances, "circumstances");
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(circumstances, "circumstances");
  }

  /** Plain events that nobody's allowance is charged for, of a sender nothing is known of. */
  public Submission(Stream stream, Notation notation, Packing packing, Buffer body) {
    this(stream, notation, packing, body, Circumstances.UNKNOWN);
  }

  /** Plain events that nobody's allowance is charged for. */
  public Submission(
      Stream stream, Notation notation, Packing packing, Buffer body, Circumstances circumstances) {
    this(stream, notation, packing, body, circumstances, Optional.empty(), Optional.empty());
  }

  boolean cloudEvents() {
    return context.isPresent()
        || notation == Notation.CLOUD_EVENT
        || notation == Notation.CLOUD_EVENTS;
  }
}
