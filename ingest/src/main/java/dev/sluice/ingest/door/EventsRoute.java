package dev.sluice.ingest.door;

import dev.sluice.ingest.intake.EventResult;
import dev.sluice.ingest.intake.EventSender;
import dev.sluice.ingest.intake.Notation;
import dev.sluice.ingest.intake.Outcome;
import dev.sluice.ingest.intake.Submission;
import dev.sluice.ingest.key.WriteKey;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /v1/streams/{stream}/events}. */
final class EventsRoute {
  private static final Logger LOG = LoggerFactory.getLogger(EventsRoute.class);

  private final Vertx vertx;
  private final Streams streams;
  private final DoorSettings settings;
  private final Guard guard;
  private final Budget budget;
  private final EventSender sender;
  private final Replies replies;

  EventsRoute(
      Vertx vertx,
      Streams streams,
      DoorSettings settings,
      Guard guard,
      EventSender sender,
      Replies replies) {
    this.vertx = vertx;
    this.streams = streams;
    this.settings = settings;
    this.guard = guard;
    this.budget = new Budget(settings.maxWaitingBytes().bytes());
    this.sender = sender;
    this.replies = replies;
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
    String name = routing.pathParam("stream");
    Optional<Stream> stream = streams.find(name);
    if (stream.isEmpty()) {
      replies.error(request, 404, "unknown-stream", streams.unknown(name));
      return;
    }
    if (!key.get().opens(name)) {
      replies.error(request, 403, "scope", outOfScope(key.get(), name));
      return;
    }
    if (!(stream.get().format() instanceof EventFormat.Json)) {
      replies.error(request, 415, "unsupported-format", otherFormat(stream.get()));
      return;
    }
    String type = header(request, HttpHeaders.CONTENT_TYPE);
    Optional<Notation> notation = Notation.of(type);
    if (notation.isEmpty()) {
      replies.error(
          request,
          415,
          "unsupported-type",
          "the Content-Type must be application/json or application/x-ndjson, in UTF-8");
      return;
    }
    String encoding = header(request, HttpHeaders.CONTENT_ENCODING).toLowerCase(Locale.ROOT);
    if (!encoding.isEmpty() && !encoding.equals("identity") && !encoding.equals("gzip")) {
      replies.error(
          request, 415, "unsupported-encoding", "the Content-Encoding must be gzip or none");
      return;
    }
    if (declaredLength(request) > settings.maxBody().bytes()) {
      replies.error(request, 413, "too-large", bodyTooLarge());
      return;
    }
    Submission.Packing packing =
        encoding.equals("gzip") ? Submission.Packing.GZIP : Submission.Packing.PLAIN;
    if (header(request, HttpHeaders.EXPECT).equalsIgnoreCase("100-continue")) {
      request.response().writeContinue();
    }
    Intake.read(
        vertx,
        request,
        settings.maxBody().bytes(),
        settings.bodyPatience(),
        budget,
        result -> arrived(request, stream.get(), notation.get(), packing, result));
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

  private void arrived(
      HttpServerRequest request,
      Stream stream,
      Notation notation,
      Submission.Packing packing,
      Intake.Result result) {
    if (result instanceof Intake.Body body) {
      submit(request, new Submission(stream, notation, packing, body.bytes()));
    } else if (result instanceof Intake.TooLarge) {
      replies.error(request, 413, "too-large", bodyTooLarge());
    } else if (result instanceof Intake.NoRoom) {
      busy(request);
    } else if (result instanceof Intake.TooSlow) {
      replies.error(
          request,
          408,
          "too-slow",
          "the body did not arrive within " + settings.bodyPatience() + "; nothing was taken");
    }
    // What broke off has nobody to answer to, and nothing of it was taken.
  }

  private void submit(HttpServerRequest request, Submission submission) {
    Context context = vertx.getOrCreateContext();
    long held = submission.body().length();
    Optional<CompletableFuture<Outcome>> submitted = sender.submit(submission);
    if (submitted.isEmpty()) {
      budget.giveBack(held);
      busy(request);
      return;
    }
    var unused =
        submitted
            .get()
            .whenComplete(
                (outcome, failure) ->
                    context.runOnContext(
                        then -> {
                          budget.giveBack(held);
                          reply(request, outcome, failure);
                        }));
  }

  private void reply(HttpServerRequest request, Outcome outcome, Throwable failure) {
    if (outcome instanceof Outcome.Answered answered) {
      replies.json(request, answered.status(), answered.json());
    } else if (outcome instanceof Outcome.TurnedAway away) {
      replies.error(request, away.status(), away.type(), away.why());
    } else {
      LOG.error("a request failed", failure);
      replies.error(
          request,
          500,
          EventResult.UNKNOWN,
          "the door failed; the log may hold some of the events, all or none");
    }
  }

  private void busy(HttpServerRequest request) {
    replies.error(
        request,
        503,
        "busy",
        "too many requests wait; nothing of this one was taken, send it again");
  }

  private String bodyTooLarge() {
    return "the body has more than " + settings.maxBody().bytes() + " bytes (door.max-body)";
  }

  private static String header(HttpServerRequest request, CharSequence name) {
    String value = request.getHeader(name);
    return value == null ? "" : value.strip();
  }

  private static long declaredLength(HttpServerRequest request) {
    try {
      return Long.parseLong(header(request, HttpHeaders.CONTENT_LENGTH));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
