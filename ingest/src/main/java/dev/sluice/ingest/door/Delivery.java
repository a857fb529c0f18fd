package dev.sluice.ingest.door;

import dev.sluice.ingest.cloudevent.CloudContext;
import dev.sluice.ingest.intake.Notation;
import dev.sluice.ingest.intake.Submission;
import dev.sluice.ingest.key.WriteKey;
import dev.sluice.ingest.stream.Stream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.Optional;

/** A request with events, allowed in; its body is still to be read. */
record Delivery(
    HttpServerRequest request,
    WriteKey key,
    Stream stream,
    Notation notation,
    Submission.Packing packing,
    Optional<CloudContext> context) {
  Delivery {
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(notation, "notation");
    Objects.requireNonNull(packing, "packing");
    Objects.requireNonNull(context, "context");
  }

  Submission with(Buffer body) {
    return new Submission(
        stream, notation, packing, body, context, Optional.of(key), Sender.of(request));
  }
}
