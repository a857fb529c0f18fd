package dev.sluice.ingest.stream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** Writes a stream as settings declare it, so that it can be read again from there. */
public final class StreamText {

  private StreamText() {}

  /** All of it but the name and the version, which stand beside it, and writers' schemas. */
  public static ObjectNode of(Stream stream) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    stream.keyField().ifPresent(key -> node.put("key", key));
    stream.timeField().ifPresent(time -> node.put("time", time));
    stream.id().ifPresent(id -> node.put("id", id.field()).put("window", span(id.window())));
    node.put("shards", stream.shards());
    node.put("format", stream.format().wireName());
    if (!stream.topic().equals(stream.name())) {
      node.put("topic", stream.topic());
    }
    if (!stream.begins().isEmpty()) {
      ObjectNode begins = node.putObject("begins");
      stream.begins().forEach((shard, offset) -> begins.put(Integer.toString(shard), offset));
    }
    stream.retention().ifPresent(kept -> node.put("retention", span(kept)));
    if (stream.partitioning().said()) {
      ArrayNode partition = node.putArray("partition");
      stream.partitioning().fields().forEach(field -> partition.add(field.toString()));
    }
    stream
        .routing()
        .ifPresent(
            routing -> {
              ObjectNode tables =
                  node.putObject("route").put("field", routing.field()).putObject("tables");
              routing.tables().forEach(tables::put);
            });
    ArrayNode fields = node.putArray("fields");
    for (Field field : stream.fields()) {
      ObjectNode one = fields.addObject();
      one.put("name", field.name()).put("type", field.type().wireName());
      if (field.required()) {
        one.put("required", true);
      }
    }
    return node;
  }

  /** A span of time in the largest unit that it is whole in. */
  public static String span(Duration span) {
    long millis = span.toMillis();
    if (millis == 0 || millis % 1_000 != 0) {
      return millis == 0 ? "0s" : millis + "ms";
    }
    long seconds = millis / 1_000;
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
