package dev.sluice.lake.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What a call is answered with: JSON, or nothing. */
public record Reply(int status, Map<String, String> headers, Buffer body) implements Answer {
  public Reply {
    headers = Map.copyOf(headers);
  }

  public static Reply json(int status, byte[] body) {
    return new Reply(status, Map.of(), Buffer.buffer(body));
  }

  public static Reply json(int status, JsonNode body) {
    return json(status, body.toString().getBytes(StandardCharsets.UTF_8));
  }

  public static Reply empty(int status) {
    return new Reply(status, Map.of(), Buffer.buffer());
  }

  /** A refusal in the one shape that both Iceberg's clients and ours read. */
  public static Reply error(int status, String type, String message) {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("message", message).put("type", type).put("code", status);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("error", error);
    return json(status, body);
  }

  /** The same with one more header. */
  public Reply with(String header, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(header, value);
    return new Reply(status, more, body);
  }
}
