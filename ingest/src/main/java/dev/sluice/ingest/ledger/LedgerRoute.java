package dev.sluice.ingest.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.reply.JsonReply;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import dev.sluice.ingest.table.TableLayout;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.TableIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/verify?table=raw.app_events&deep=true}: verifies one table, or all of them. It
 * reads whole tables, so it runs beside the event loop and one at a time.
 */
public final class LedgerRoute implements Consumer<Router> {

  private static final Logger LOG = LoggerFactory.getLogger(LedgerRoute.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Vertx vertx;
  private final Streams streams;
  private final BiFunction<Stream, Depth, Verification> verify;
  private final AtomicBoolean running = new AtomicBoolean();

  public LedgerRoute(Vertx vertx, Streams streams, BiFunction<Stream, Depth, Verification> verify) {
    this.vertx = vertx;
    this.streams = streams;
    this.verify = verify;
  }

  @Override
  public void accept(Router router) {
    // Owned by Vert.x, closed with it.
    WorkerExecutor executor = vertx.createSharedWorkerExecutor("verify", 1, 6, TimeUnit.HOURS);
    router.get("/v1/verify").handler(routing -> handle(routing, executor));
  }

  private void handle(RoutingContext routing, WorkerExecutor executor) {
    List<Stream> asked = new ArrayList<>(streams.all());
    List<String> tables = routing.queryParam("table");
    if (!tables.isEmpty()) {
      asked.removeIf(stream -> names(stream).noneMatch(tables::contains));
    }
    if (asked.isEmpty()) {
      String known =
          streams.all().stream().flatMap(LedgerRoute::names).collect(Collectors.joining(", "));
      JsonReply.refuse(
          routing,
          404,
          "unknown-table",
          "no stream fills " + tables + "; the tables are: " + known);
      return;
    }
    if (!running.compareAndSet(false, true)) {
      JsonReply.refuse(
          routing, 429, "busy", "a verification is running; ask again when it is done");
      return;
    }
    Depth depth = routing.queryParam("deep").contains("true") ? Depth.VALUES : Depth.PLACES;
    executor
        .<ObjectNode>executeBlocking(() -> verifyAll(asked, depth))
        .onComplete(
            answer -> {
              running.set(false);
              if (answer.succeeded()) {
                JsonReply.json(routing, 200, answer.result());
              } else {
                LOG.error("verification failed", answer.cause());
                JsonReply.refuse(
                    routing,
                    503,
                    "unavailable",
                    "log or lake could not be read: " + answer.cause().getMessage());
              }
            });
  }

  private ObjectNode verifyAll(List<Stream> asked, Depth depth) {
    List<Verification> found = asked.stream().map(stream -> verify.apply(stream, depth)).toList();
    boolean sound = found.stream().allMatch(v -> v.problems().isEmpty());
    ObjectNode body = JSON.createObjectNode();
    body.put("verdict", sound ? Verification.SOUND : Verification.WRONG);
    body.set("tables", JSON.valueToTree(found));
    return body;
  }

  /** A stream with a route is verified whole, whichever of its tables is named. */
  private static java.util.stream.Stream<String> names(Stream stream) {
    return TableLayout.identifiers(stream).stream().map(TableIdentifier::toString);
  }
}
