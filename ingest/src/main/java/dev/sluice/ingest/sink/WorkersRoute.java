package dev.sluice.ingest.sink;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.Router;
import java.util.function.Consumer;

/** {@code GET /v1/workers}: what each worker reads and how it is. */
public final class WorkersRoute implements Consumer<Router> {

  private final SinkWorkers workers;

  public WorkersRoute(SinkWorkers workers) {
    this.workers = workers;
  }

  @Override
  public void accept(Router router) {
    router
        .get("/v1/workers")
        .handler(
            routing ->
                routing
                    .response()
                    .putHeader("Content-Type", "application/json")
                    .end(json().toString()));
  }

  private ObjectNode json() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode list = body.putArray("workers");
    for (WorkerStatus worker : workers.statuses()) {
      ObjectNode node = list.addObject().put("name", worker.name()).put("state", worker.state());
      worker.trouble().ifPresent(trouble -> node.put("trouble", trouble));
      ArrayNode shards = node.putArray("shards");
      worker.shards().forEach(shard -> shards.add(json(shard)));
    }
    return body;
  }

  private static ObjectNode json(WorkerStatus.ShardStatus shard) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("stream", shard.stream())
            .put("shard", shard.shard())
            .put("topicId", shard.topicId())
            .put("state", shard.state())
            .put("nextOffset", shard.nextOffset())
            .put("committedOffset", shard.committedOffset())
            .put("lag", shard.lag())
            .put("lagSeconds", shard.lagTime().toMillis() / 1000.0);
    shard.window().ifPresent(window -> node.put("windowSeconds", window.toMillis() / 1000.0));
    shard.watermark().ifPresent(mark -> node.put("watermark", mark.toString()));
    shard.why().ifPresent(why -> node.put("why", why));
    shard.unwritable().ifPresent(why -> node.put("unwritable", why));
    return node;
  }
}
