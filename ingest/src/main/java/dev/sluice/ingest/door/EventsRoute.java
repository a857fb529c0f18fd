package dev.sluice.ingest.door;

import dev.sluice.ingest.cloudevent.CloudContext;
import dev.sluice.ingest.intake.Notation;
import dev.sluice.ingest.intake.Submission;
import dev.sluice.ingest.key.WriteKey;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** {@code POST /v1/streams/{stream}/events}. */
final class EventsRoute {
  private final Streams streams;
  private final Guard guard;
  private final Replies replies;
  private final Reception reception;

  EventsRoute(Streams streams, Guard guard, Replies replies, Reception reception) {
    this.streams = streams;
    this.guard = guard;
    this.replies = replies;
    this.reception = reception;
  }

  void mount(Router router) {
    router.post("/v1/streams/:stream/events").handler(this::handle);
  }

  private void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    Optional<WriteKey> key = guard.admit(request);
    if (key.isEmpty()) {
      return;
    }
    Optional<Stream> stream = stream(request, key.get(), routing.pathParam("stream"));
    if (stream.isEmpty()) {
      return;
    }
    Optional<CloudContext> context = ContextHeaders.of(request.headers());
    // What is in a CloudEvent its context says, and is checked with it.
    Optional<Notation> notation =
        Notation.of(Replies.header(request, HttpHeaders.CONTENT_TYPE))
            .or(() -> context.map(of -> Notation.JSON));
    if (notation.isEmpty()) {
      replies.error(
          request,
          415,
          "unsupported-type",
          "the Content-Type must be application/json, application/x-ndjson,"
              + " application/cloudevents+json or application/cloudevents-batch+json, in UTF-8");
      return;
    }
    Optional<Submission.Packing> packing =
        Submission.Packing.of(Replies.header(request, HttpHeaders.CONTENT_ENCODING));
    if (packing.isEmpty()) {
      replies.error(
          request, 415, "unsupported-encoding", "the Content-Encoding must be gzip, zstd or none");
      return;
    }
    boolean enclosed =
        notation.get() == Notation.CLOUD_EVENT || notation.get() == Notation.CLOUD_EVENTS;
    reception.receive(
        new Delivery(
            request,
            key.get(),
            stream.get(),
            notation.get(),
            packing.get(),
            // The mode is the Content-Type's to say: headers beside an envelope count for nothing.
            enclosed ? Optional.empty() : context));
  }

  /** The stream the key may send to; answered when there is none. */
  private Optional<Stream> stream(HttpServerRequest request, WriteKey key, String name) {
    Optional<Stream> stream = streams.find(name);
    if (stream.isEmpty()) {
      replies.error(request, 404, "unknown-stream", streams.unknown(name));
      return Optional.empty();
    }
    if (!key.opens(name)) {
      replies.error(request, 403, "scope", outOfScope(key, name));
      return Optional.empty();
    }
    if (!(stream.get().format() instanceof EventFormat.Json)) {
      replies.error(request, 415, "unsupported-format", otherFormat(stream.get()));
      return Optional.empty();
    }
    return stream;
  }

  private static String outOfScope(WriteKey key, String stream) {
    return "the key "
        + key.name()
        + " is for events of "
        + String.join(", ", key.streams())
        + ", not of "
        + stream;
  }

  private static String otherFormat(Stream stream) {
    return "the events of "
        + stream.name()
        + " are "
        + stream.format().wireName()
        + " and come by a Kafka producer; this door takes JSON";
  }
}
