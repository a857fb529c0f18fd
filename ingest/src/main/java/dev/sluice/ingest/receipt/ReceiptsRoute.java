package dev.sluice.ingest.receipt;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.reply.JsonReply;
import dev.sluice.ingest.stream.ReceiptName;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import dev.sluice.ingest.table.LakeConnection;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/receipts/{receipt}}: where the event is. It asks log and lake, so few at a time.
 */
public final class ReceiptsRoute implements Consumer<Router> {
  private static final Logger LOG = LoggerFactory.getLogger(ReceiptsRoute.class);
  private static final int THREADS = 2;
  private static final int MOST_UNDER_WAY = 32;

  private final Vertx vertx;
  private final Streams streams;
  private final Supplier<LakeConnection> lake;
  private final Supplier<String> bootstrapServers;
  private final Duration patience;
  private final AtomicInteger underWay = new AtomicInteger();

  public ReceiptsRoute(
      Vertx vertx,
      Streams streams,
      Supplier<LakeConnection> lake,
      Supplier<String> bootstrapServers,
      Duration patience) {
    this.vertx = vertx;
    this.streams = streams;
    this.lake = lake;
    this.bootstrapServers = bootstrapServers;
    this.patience = patience;
  }

  @Override
  public void accept(Router router) {
    // Owned by Vert.x, closed with it.
    WorkerExecutor executor =
        vertx.createSharedWorkerExecutor("receipts", THREADS, 5, TimeUnit.MINUTES);
    router.get("/v1/receipts/:receipt").handler(routing -> handle(routing, executor));
  }

  private void handle(RoutingContext routing, WorkerExecutor executor) {
    Optional<ReceiptName> receipt = ReceiptName.parse(routing.pathParam("receipt"));
    if (receipt.isEmpty()) {
      JsonReply.refuse(
          routing, 400, "bad-receipt", "a receipt is STREAM-SHARD-OFFSET, such as app-events-2-17");
      return;
    }
    Optional<Stream> stream = streams.find(receipt.get().stream());
    if (stream.isEmpty()) {
      JsonReply.refuse(routing, 404, "unknown-stream", streams.unknown(receipt.get().stream()));
      return;
    }
    if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
      underWay.decrementAndGet();
      routing.response().putHeader("Retry-After", "1");
      JsonReply.refuse(routing, 503, "busy", "many receipts are being looked up; ask again");
      return;
    }
    executor
        .executeBlocking(() -> find(stream.get(), receipt.get()), false)
        .onComplete(
            found -> {
              underWay.decrementAndGet();
              if (found.succeeded()) {
                answer(routing, receipt.get(), found.result());
              } else {
                LOG.warn("receipt {}: {}", receipt.get(), found.cause().toString());
                routing.response().putHeader("Retry-After", "1");
                JsonReply.refuse(
                    routing,
                    503,
                    "unavailable",
                    "log or lake could not be read: " + found.cause().getMessage());
              }
            });
  }

  private Whereabouts find(Stream stream, ReceiptName receipt) {
    try (LakeConnection connection = lake.get()) {
      return new ReceiptDesk(
              connection,
              (topic, shard) -> LogReach.ask(bootstrapServers.get(), patience, topic, shard))
          .find(stream, receipt);
    }
  }

  private static void answer(RoutingContext routing, ReceiptName receipt, Whereabouts where) {
    if (where instanceof Whereabouts.Unknown unknown) {
      JsonReply.refuse(routing, 404, "unknown-receipt", unknown.why());
      return;
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("receipt", receipt.toString());
    body.put("stream", receipt.stream());
    body.put("shard", receipt.shard());
    body.put("offset", receipt.offset());
    if (where instanceof Whereabouts.Pending pending) {
      body.put("status", "pending").put("next", pending.next());
    } else if (where instanceof Whereabouts.Visible visible) {
      body.put("status", "visible").put("table", visible.table());
      // As text: a snapshot's number is larger than what JavaScript keeps exact.
      visible
          .commit()
          .ifPresent(
              commit ->
                  body.put("snapshot", Long.toString(commit.snapshot()))
                      .put("committedAt", commit.at().toString()));
    } else if (where instanceof Whereabouts.DeadLetter letter) {
      body.put("status", "dead-letter");
      body.put("reason", letter.reason()).put("detail", letter.detail());
    } else {
      body.put("status", where instanceof Whereabouts.Duplicate ? "duplicate" : "gone");
    }
    JsonReply.json(routing, 200, body);
  }
}
