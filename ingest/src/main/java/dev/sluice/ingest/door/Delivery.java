package dev.sluice.ingest.door;

import dev.sluice.ingest.cloudevent.CloudContext;
import dev.sluice.ingest.intake.Notation;
import dev.sluice.ingest.intake.Submission;
import dev.sluice.ingest.key.WriteKey;
import dev.sluice.ingest.stream.Stream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/**
 * A request with events, allowed in; its body is still to be read.
 *
 * @param repeatable what it is remembered by, where it came with an idempotency key
 */
record Delivery(
    HttpServerRequest request,
    WriteKey key,
    Stream stream,
    Notation notation,
    Submission.Packing packing,
    Optional<CloudContext> context,
    Optional<AnsweredRequests.Name> repeatable) {
  Delivery {
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(notation, "notation");
    Objects.requireNonNull(packing, "packing");
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(repeatable, "repeatable");
  }

  /** Tells its body, and how it is to be read, from any other. */
  String digest(Buffer body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((notation + " " + packing + " " + context).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(body.getBytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  Submission with(Buffer body) {
    return new Submission(
        stream, notation, packing, body, Sender.of(request), context, Optional.of(key));
  }
}
