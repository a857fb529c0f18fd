package dev.sluice.ingest.deadletter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.reply.JsonReply;
import dev.sluice.ingest.stream.RefusalReason;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import dev.sluice.ingest.table.LakeConnection;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/deadletters}, {@code GET /v1/deadletters/{stream}/{shard}/{offset}} and {@code
 * POST /v1/deadletters/replay}: shows dead letters and replays them. All of it reads tables, so it
 * runs beside the event loop; one replay at a time, for two would only be in each other's way.
 */
public final class DeadLettersRoute implements Consumer<Router> {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLettersRoute.class);
  private static final int READERS = 2;
  private static final int LETTERS_SHOWN = 20;
  private static final int LETTERS_MOST = 10_000;

  private final Vertx vertx;
  private final Streams streams;
  private final Supplier<LakeConnection> lakes;
  private final Function<LakeConnection, Replay> replays;
  private final AtomicBoolean replaying = new AtomicBoolean();

  public DeadLettersRoute(
      Vertx vertx,
      Streams streams,
      Supplier<LakeConnection> lakes,
      Function<LakeConnection, Replay> replays) {
    this.vertx = vertx;
    this.streams = streams;
    this.lakes = lakes;
    this.replays = replays;
  }

  /** A request that cannot be answered, with what its sender is told. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String type;

    private Refusal(int status, String type, String message) {
      super(message, null, false, false);
      this.status = status;
      this.type = type;
    }
  }

  /** What is asked, once the request is understood. */
  private interface Question {
    ObjectNode answer(LakeConnection lake);
  }

  @Override
  public void accept(Router router) {
    // Owned by Vert.x, closed with it.
    WorkerExecutor readers =
        vertx.createSharedWorkerExecutor("deadletters", READERS, 1, TimeUnit.HOURS);
    WorkerExecutor writer = vertx.createSharedWorkerExecutor("replay", 1, 6, TimeUnit.HOURS);
    router
        .get("/v1/deadletters")
        .handler(routing -> answer(routing, readers, () -> list(routing), () -> {}));
    router
        .get("/v1/deadletters/:stream/:shard/:offset")
        .handler(routing -> answer(routing, readers, () -> one(routing), () -> {}));
    router
        .post("/v1/deadletters/replay")
        .handler(
            routing -> {
              if (replaying.compareAndSet(false, true)) {
                answer(routing, writer, () -> replay(routing), () -> replaying.set(false));
              } else {
                refuse(
                    routing,
                    new Refusal(429, "busy", "a replay is running; ask again when it is done"));
              }
            });
  }

  private Question list(RoutingContext routing) {
    LetterFilter filter = filter(routing);
    int limit =
        parameter(routing, "limit")
            .map(text -> (int) number("limit", text, LETTERS_MOST))
            .orElse(LETTERS_SHOWN);
    return lake -> LetterJson.listing(new LetterDesk(lake).list(filter, limit));
  }

  private Question one(RoutingContext routing) {
    String stream = known(routing.pathParam("stream")).name();
    int shard = (int) number("shard", routing.pathParam("shard"), Integer.MAX_VALUE);
    long offset = number("offset", routing.pathParam("offset"), Long.MAX_VALUE);
    return lake -> {
      List<KeptLetter> found = new LetterDesk(lake).find(stream, shard, offset);
      if (found.isEmpty()) {
        throw new Refusal(
            404,
            "no-such-letter",
            "no dead letter of " + stream + " lies at offset " + offset + " of shard " + shard);
      }
      return LetterJson.whole(found);
    };
  }

  private Question replay(RoutingContext routing) {
    LetterFilter filter = filter(routing);
    Stream stream =
        filter.stream()
            .map(this::known)
            .orElseThrow(() -> new Refusal(400, "bad-request", "name a stream"));
    if (filter.shard().isPresent() != filter.offset().isPresent()) {
      throw new Refusal(400, "bad-request", "shard and offset go together");
    }
    if (parameter(routing, "dry-run").map(Boolean::parseBoolean).orElse(false)) {
      return lake -> LetterJson.report(replays.apply(lake).rehearse(stream, filter));
    }
    return lake -> LetterJson.report(replays.apply(lake).run(stream, filter));
  }

  private void answer(
      RoutingContext routing,
      WorkerExecutor executor,
      Supplier<Question> understood,
      Runnable after) {
    Question question;
    try {
      question = understood.get();
    } catch (Refusal e) {
      after.run();
      refuse(routing, e);
      return;
    }
    executor
        .<ObjectNode>executeBlocking(
            () -> {
              try (LakeConnection lake = lakes.get()) {
                return question.answer(lake);
              }
            })
        .onComplete(
            answer -> {
              after.run();
              if (answer.succeeded()) {
                JsonReply.json(routing, 200, answer.result());
              } else if (answer.cause() instanceof Refusal refusal) {
                refuse(routing, refusal);
              } else {
                LOG.error("dead letters could not be read", answer.cause());
                refuse(
                    routing,
                    new Refusal(
                        503,
                        "unavailable",
                        "the lake could not be read: " + answer.cause().getMessage()));
              }
            });
  }

  private LetterFilter filter(RoutingContext routing) {
    return new LetterFilter(
        parameter(routing, "stream").map(name -> known(name).name()),
        parameter(routing, "reason").map(DeadLettersRoute::reason),
        parameter(routing, "shard").map(text -> (int) number("shard", text, Integer.MAX_VALUE)),
        parameter(routing, "offset").map(text -> number("offset", text, Long.MAX_VALUE)));
  }

  private static Optional<String> parameter(RoutingContext routing, String name) {
    return routing.queryParam(name).stream().findFirst();
  }

  private Stream known(String name) {
    return streams
        .find(name)
        .orElseThrow(() -> new Refusal(404, "unknown-stream", streams.unknown(name)));
  }

  private static String reason(String name) {
    List<String> known = new ArrayList<>();
    Arrays.stream(RefusalReason.values()).map(RefusalReason::wireName).forEach(known::add);
    known.add(DeadLetter.NO_VALUE);
    if (!known.contains(name)) {
      throw new Refusal(
          400, "unknown-reason", "there is no such reason; known are: " + String.join(", ", known));
    }
    return name;
  }

  private static long number(String what, String text, long most) {
    try {
      long number = Long.parseLong(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, as any other.
    }
    throw new Refusal(400, "bad-request", what + " is a whole number from 0 to " + most);
  }

  private static void refuse(RoutingContext routing, Refusal refusal) {
    JsonReply.refuse(routing, refusal.status, refusal.type, refusal.getMessage());
  }
}
