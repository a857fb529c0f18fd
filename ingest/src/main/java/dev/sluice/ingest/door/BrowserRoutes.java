package dev.sluice.ingest.door;

import dev.sluice.ingest.intake.EventSender;
import dev.sluice.ingest.intake.Notation;
import dev.sluice.ingest.intake.Outcome;
import dev.sluice.ingest.intake.Submission;
import dev.sluice.ingest.key.Ruling;
import dev.sluice.ingest.key.WriteKey;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a web page can send without a header: {@code POST /v1/b/{stream}?key=} as {@code
 * navigator.sendBeacon} sends, the script that does so at {@code /v1/beacon.js}, and {@code GET
 * /v1/p/{stream}.gif?key=&field=value}, a picture whose fetching is the event. The key is in the
 * URL, so only one made for it counts.
 */
final class BrowserRoutes {
  private static final String SCRIPT = "beacon.js";
  private static final String PICTURE = ".gif";

  /** One transparent point. */
  private static final Buffer GIF =
      Buffer.buffer(
          Base64.getDecoder()
              .decode("R0lGODlhAQABAPAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=="));

  private final Vertx vertx;
  private final Streams streams;
  private final Guard guard;
  private final Replies replies;
  private final Reception reception;
  private final EventSender sender;
  private final QueryEvents queryEvents;
  private final Buffer script = read();

  BrowserRoutes(
      Vertx vertx,
      Streams streams,
      Guard guard,
      Replies replies,
      Reception reception,
      EventSender sender,
      QueryEvents queryEvents) {
    this.vertx = vertx;
    this.streams = streams;
    this.guard = guard;
    this.replies = replies;
    this.reception = reception;
    this.sender = sender;
    this.queryEvents = queryEvents;
  }

  void mount(Router router) {
    router.get("/v1/beacon.js").handler(this::script);
    router.post("/v1/b/:stream").handler(this::beacon);
    router.get("/v1/p/:picture").handler(this::picture);
  }

  private void script(RoutingContext routing) {
    routing
        .response()
        .putHeader("Content-Type", "text/javascript; charset=utf-8")
        .putHeader("Cache-Control", "public, max-age=3600")
        .putHeader("Cross-Origin-Resource-Policy", "cross-origin")
        .end(script);
  }

  private void beacon(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    String name = routing.pathParam("stream");
    Optional<WriteKey> key = guard.admitInUrl(request, name);
    Optional<Stream> stream = key.flatMap(admitted -> stream(request, name));
    if (key.isEmpty() || stream.isEmpty()) {
      return;
    }
    Notation notation =
        Notation.of(Replies.header(request, "Content-Type"))
            .filter(said -> said == Notation.LINES)
            // A beacon may say text/plain only, whatever it sends.
            .orElse(Notation.JSON);
    reception.receive(
        new Delivery(
            request,
            key.get(),
            stream.get(),
            notation,
            Submission.Packing.PLAIN,
            Optional.empty(),
            Optional.empty()));
  }

  private void picture(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    String name = routing.pathParam("picture");
    if (!name.endsWith(PICTURE)) {
      replies.error(request, 404, "not-found", "a picture is at /v1/p/STREAM.gif");
      return;
    }
    String named = name.substring(0, name.length() - PICTURE.length());
    Optional<WriteKey> key = guard.admitInUrl(request, named);
    Optional<Stream> stream = key.flatMap(admitted -> stream(request, named));
    if (key.isEmpty() || stream.isEmpty()) {
      return;
    }
    Submission submission =
        new Submission(
            stream.get(),
            Notation.JSON,
            Submission.Packing.PLAIN,
            queryEvents.event(stream.get(), request.params()),
            Sender.of(request),
            Optional.empty(),
            key);
    Context context = vertx.getOrCreateContext();
    Optional<CompletableFuture<Outcome>> submitted = sender.submit(submission);
    if (submitted.isEmpty()) {
      show(request, 503);
      return;
    }
    var unused =
        submitted
            .get()
            .whenComplete(
                (outcome, failure) -> context.runOnContext(then -> show(request, status(outcome))));
  }

  private Optional<Stream> stream(HttpServerRequest request, String name) {
    Optional<Stream> stream = streams.find(name);
    if (stream.isEmpty()) {
      replies.error(request, 404, "unknown-stream", streams.unknown(name));
    } else if (!(stream.get().format() instanceof EventFormat.Json)) {
      replies.error(request, 415, "unsupported-format", "the events of " + name + " are not JSON");
      return Optional.empty();
    }
    return stream;
  }

  /** The picture is shown whatever became of the event; the status tells what did. */
  private void show(HttpServerRequest request, int status) {
    HttpServerResponse response = request.response();
    response.putHeader("Cache-Control", "no-store, max-age=0");
    replies.write(request, status, "image/gif", GIF);
  }

  private static int status(Outcome outcome) {
    if (outcome instanceof Outcome.Answered answered) {
      return answered.status();
    }
    if (outcome instanceof Outcome.TurnedAway away) {
      return away.status();
    }
    if (outcome instanceof Outcome.Limited limited) {
      return limited.ruling() instanceof Ruling.NeverFits ? 413 : 429;
    }
    return 500;
  }

  private static Buffer read() {
    try (InputStream in = BrowserRoutes.class.getResourceAsStream(SCRIPT)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + SCRIPT + " is not on the class path");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
