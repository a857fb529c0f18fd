package dev.sluice.ingest.door;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;

/** {@code GET /v1/streams} and {@code GET /v1/streams/{stream}}: what the streams are. */
final class StreamsRoute {
  private final Streams streams;
  private final Replies replies;

  StreamsRoute(Streams streams, Replies replies) {
    this.streams = streams;
    this.replies = replies;
  }

  void mount(Router router) {
    router
        .get("/v1/streams")
        .handler(
            routing -> {
              ObjectNode body = JsonNodeFactory.instance.objectNode();
              ArrayNode list = body.putArray("streams");
              streams.all().forEach(stream -> list.add(json(stream)));
              replies.json(routing.request(), 200, bytes(body));
            });
    router
        .get("/v1/streams/:stream")
        .handler(
            routing -> {
              String name = routing.pathParam("stream");
              streams
                  .find(name)
                  .ifPresentOrElse(
                      stream -> replies.json(routing.request(), 200, bytes(json(stream))),
                      () ->
                          replies.error(
                              routing.request(), 404, "unknown-stream", streams.unknown(name)));
            });
  }

  private static ObjectNode json(Stream stream) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", stream.name());
    ArrayNode tables = node.putArray("tables");
    stream.tableNames().forEach(table -> tables.add("raw." + table));
    // Where there are several, nobody can mean the one.
    if (stream.routing().isEmpty()) {
      node.put("table", "raw." + stream.tableName());
    }
    stream
        .routing()
        .ifPresent(
            routing -> {
              ObjectNode route = node.putObject("route").put("field", routing.field());
              ObjectNode byValue = route.putObject("tables");
              routing.tables().forEach((value, table) -> byValue.put(value, "raw." + table));
            });
    node.put("shards", stream.shards());
    node.put("format", stream.format().wireName());
    node.put("version", stream.version());
    node.put("topic", stream.topic());
    stream.retention().ifPresent(kept -> node.put("retentionSeconds", kept.toSeconds()));
    stream.keyField().ifPresent(key -> node.put("key", key));
    stream.timeField().ifPresent(time -> node.put("time", time));
    stream
        .id()
        .ifPresent(id -> node.put("id", id.field()).put("windowSeconds", id.window().toSeconds()));
    if (stream.partitioning().said()) {
      ArrayNode partition = node.putArray("partition");
      stream.partitioning().fields().forEach(field -> partition.add(field.toString()));
    }
    ArrayNode fields = node.putArray("fields");
    for (Field field : stream.fields()) {
      fields
          .addObject()
          .put("name", field.name())
          .put("type", field.type().wireName())
          .put("required", field.required());
    }
    return node;
  }

  private static Buffer bytes(ObjectNode node) {
    return Buffer.buffer(node.toString());
  }
}
