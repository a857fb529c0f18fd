package dev.sluice.ingest.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.door.Bodies;
import dev.sluice.ingest.door.Lobby;
import dev.sluice.ingest.door.OpenRoom;
import dev.sluice.ingest.intake.EventResult;
import dev.sluice.ingest.intake.Notation;
import dev.sluice.ingest.intake.Outcome;
import dev.sluice.ingest.intake.Submission;
import dev.sluice.ingest.stream.JsonBytes;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET} and {@code POST /v1/hooks/{webhook}}, with a secret behind it where one is agreed.
 */
public final class WebhooksRoom implements OpenRoom {
  private static final Logger LOG = LoggerFactory.getLogger(WebhooksRoom.class);
  private static final String PLACE = "/v1/hooks/";
  private static final Set<String> LOGS_FAULT =
      Set.of(EventResult.UNAVAILABLE, EventResult.UNKNOWN);

  private final Vertx vertx;
  private final Map<String, Webhook> webhooks;
  private final Streams streams;
  private final long maxBody;
  private final InstantSource clock;
  private final MeterRegistry meters;

  public WebhooksRoom(
      Vertx vertx,
      List<Webhook> webhooks,
      Streams streams,
      long maxBody,
      InstantSource clock,
      MeterRegistry meters) {
    this.vertx = Objects.requireNonNull(vertx, "vertx");
    this.webhooks =
        webhooks.stream().collect(Collectors.toUnmodifiableMap(Webhook::name, Function.identity()));
    this.streams = Objects.requireNonNull(streams, "streams");
    this.maxBody = maxBody;
    this.clock = Objects.requireNonNull(clock, "clock");
    this.meters = Objects.requireNonNull(meters, "meters");
  }

  @Override
  public boolean has(String path) {
    return path.startsWith(PLACE);
  }

  @Override
  public void mount(Router router, Lobby lobby) {
    for (String path : List.of(PLACE + ":webhook", PLACE + ":webhook/:secret")) {
      router
          .route(path)
          .method(HttpMethod.GET)
          .method(HttpMethod.POST)
          .handler(routing -> enter(routing, lobby));
    }
  }

  private void enter(RoutingContext routing, Lobby lobby) {
    HttpServerRequest request = routing.request();
    Webhook webhook = webhooks.get(routing.pathParam("webhook"));
    if (webhook == null) {
      lobby.bodies().refuse(request, 404, "unknown-webhook", "there is no such webhook");
      return;
    }
    Optional<String> secret = Optional.ofNullable(routing.pathParam("secret"));
    lobby.bodies().read(request, maxBody, held -> arrived(webhook, secret, request, held, lobby));
  }

  private void arrived(
      Webhook webhook,
      Optional<String> secret,
      HttpServerRequest request,
      Bodies.Held held,
      Lobby lobby) {
    Map<String, String> headers = new HashMap<>();
    // Of a header that came twice the first counts.
    request.headers().forEach((k, v) -> headers.putIfAbsent(k.toLowerCase(Locale.ROOT), v));
    String query = Optional.ofNullable(request.query()).orElse("");
    Context context = vertx.getOrCreateContext();
    // A signature over a megabyte is no work for an event loop.
    var unused =
        vertx
            .executeBlocking(
                () -> judged(webhook, secret, query, headers, held.bytes(), lobby), false)
            .onComplete(
                judged -> {
                  if (judged.failed()) {
                    held.letGo();
                    // Never the path: it may hold the secret.
                    LOG.error("a call of webhook {} failed", webhook.name(), judged.cause());
                    reply(webhook, request, lobby, Answered.FAILED);
                    return;
                  }
                  var unusedToo =
                      judged
                          .result()
                          .whenComplete(
                              (answered, failure) ->
                                  context.runOnContext(
                                      then -> {
                                        held.letGo();
                                        reply(
                                            webhook,
                                            request,
                                            lobby,
                                            failure == null ? answered : Answered.FAILED);
                                      }));
                });
  }

  /** What the sender is told; type and why only where it was not taken. */
  private record Answered(int status, String type, String why) {
    private static final Answered FAILED =
        new Answered(500, "unknown", "the door failed; the log may hold the event or not");
  }

  private CompletableFuture<Answered> judged(
      Webhook webhook,
      Optional<String> secret,
      String query,
      Map<String, String> headers,
      Buffer body,
      Lobby lobby) {
    Optional<Map<String, List<String>>> parameters = Parameters.read(query);
    if (parameters.isEmpty()) {
      return told(400, "unreadable", "a parameter is malformed");
    }
    Call shown = new Call(secret, parameters.get(), Map.of(), headers, body, clock.instant());
    Verdict verdict = webhook.verification().of(shown);
    if (verdict instanceof Verdict.Doubtful doubtful) {
      return told(401, "unauthorized", "the call is not genuine: " + doubtful.why());
    }
    // Not before: nobody else has us read a megabyte of JSON.
    Contents contents =
        Contents.of(headers.getOrDefault("content-type", ""), body, webhook.maxEvents());
    if (contents instanceof Contents.Unreadable unreadable) {
      String type = unreadable.status() == 413 ? "too-large" : "unreadable";
      return told(unreadable.status(), type, unreadable.why());
    }
    Contents.Read read = (Contents.Read) contents;
    Call call = shown.withForm(read.form());
    Optional<String> id = ((Verdict.Genuine) verdict).id();
    SeenIds.Standing standing =
        id.map(known -> webhook.seen().begin(known, call.received())).orElse(SeenIds.Standing.NEW);
    return switch (standing) {
      case TAKEN -> {
        count("sluice.webhook.repeated", "calls that had been taken before", webhook);
        yield told(webhook.answer(), "", "");
      }
      case UNDER_WAY -> told(503, "busy", "the same call is being taken; send it again");
      case NEW -> {
        CompletableFuture<Answered> answer;
        try {
          answer = submitted(webhook, webhook.verification().believed(call), read, lobby);
        } catch (RuntimeException e) {
          id.ifPresent(webhook.seen()::failed);
          throw e;
        }
        yield answer.whenComplete((answered, failure) -> settle(webhook, id, answered));
      }
    };
  }

  private void settle(Webhook webhook, Optional<String> id, Answered answered) {
    if (id.isPresent()) {
      if (answered != null && answered.status() == webhook.answer()) {
        webhook.seen().taken(id.get(), clock.instant());
      } else {
        webhook.seen().failed(id.get());
      }
    }
  }

  private CompletableFuture<Answered> submitted(
      Webhook webhook, Call call, Contents.Read read, Lobby lobby) {
    // As it is now: it may have got further fields, or be gone.
    String name = webhook.mapping().stream().name();
    Optional<Stream> stream = streams.find(name);
    if (stream.isEmpty()) {
      return told(503, "unavailable", "the stream " + name + " is gone; send it again later");
    }
    Optional<Buffer> events = events(webhook, call, read);
    if (events.isEmpty()) {
      return told(
          413,
          "too-large",
          "with the parameters in each, its events have more than "
              + webhook.maxMapped()
              + " bytes (max-mapped)");
    }
    Optional<CompletableFuture<Outcome>> outcome =
        lobby
            .sender()
            .submit(
                new Submission(
                    stream.get(), Notation.LINES, Submission.Packing.PLAIN, events.get()));
    if (outcome.isEmpty()) {
      return told(503, "busy", "too many requests wait; send it again");
    }
    return outcome
        .get()
        .handle((came, failure) -> answer(webhook, read.objects().size(), came, failure));
  }

  /** The call's events, one a line; empty where they are too long. */
  private static Optional<Buffer> events(Webhook webhook, Call call, Contents.Read read) {
    Buffer events = Buffer.buffer();
    for (ObjectNode object : read.objects()) {
      byte[] event = JsonBytes.of(webhook.mapping().event(call, object));
      if (events.length() + event.length > webhook.maxMapped()) {
        return Optional.empty();
      }
      events.appendBytes(event).appendByte((byte) '\n');
    }
    return Optional.of(events);
  }

  /** Taken is only what the log holds all of; what was refused is told as the intake tells it. */
  private static Answered answer(Webhook webhook, int events, Outcome outcome, Throwable failure) {
    if (outcome instanceof Outcome.Answered answered) {
      JsonObject told = new JsonObject(answered.json());
      if (told.getInteger("accepted") == events) {
        return new Answered(webhook.answer(), "", "");
      }
      return logsFault(told.getJsonArray("refused"))
          ? new Answered(503, "unavailable", "the log did not take all of it; send it again")
          : new Answered(400, "refused", answered.json().toString());
    }
    if (outcome instanceof Outcome.TurnedAway away) {
      return new Answered(away.status(), away.type(), away.why());
    }
    LOG.error("a call of webhook {} failed", webhook.name(), failure);
    return Answered.FAILED;
  }

  /** Whether one of them may yet be taken: who is told 400 does not send again. */
  private static boolean logsFault(JsonArray refused) {
    for (int i = 0; i < refused.size(); i++) {
      if (LOGS_FAULT.contains(refused.getJsonObject(i).getString("reason"))) {
        return true;
      }
    }
    return false;
  }

  private void reply(Webhook webhook, HttpServerRequest request, Lobby lobby, Answered answered) {
    Counter.builder("sluice.webhook.calls")
        .description("calls of webhooks by what they were answered")
        .tag("webhook", webhook.name())
        .tag("status", Integer.toString(answered.status()))
        .register(meters)
        .increment();
    if (answered.type().isEmpty()) {
      if (!request.response().ended() && !request.response().closed()) {
        var unused = request.response().setStatusCode(answered.status()).end();
      }
    } else if (answered.type().equals("refused")) {
      lobby.bodies().answer(request, answered.status(), Buffer.buffer(answered.why()));
    } else {
      lobby.bodies().refuse(request, answered.status(), answered.type(), answered.why());
    }
  }

  private void count(String name, String what, Webhook webhook) {
    Counter.builder(name)
        .description(what)
        .tag("webhook", webhook.name())
        .register(meters)
        .increment();
  }

  private static CompletableFuture<Answered> told(int status, String type, String why) {
    return CompletableFuture.completedFuture(new Answered(status, type, why));
  }
}
