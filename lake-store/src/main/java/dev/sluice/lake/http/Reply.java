package dev.sluice.lake.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a call is answered with: JSON, or nothing.
 *
 * @param body the bytes; not copied, for whoever made the reply lets go of them
 */
public record Reply(int status, Map<String, String> headers, byte[] body) {
  private static final byte[] NOTHING = {};

  public Reply {
    headers = Map.copyOf(headers);
  }

  public static Reply json(int status, byte[] body) {
    return new Reply(status, Map.of(), body);
  }

  public static Reply empty(int status) {
    return new Reply(status, Map.of(), NOTHING);
  }

  /** A refusal in the one shape that both Iceberg's clients and ours read. */
  public static Reply error(int status, String type, String message) {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("message", message).put("type", type).put("code", status);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("error", error);
    return json(status, body.toString().getBytes(StandardCharsets.UTF_8));
  }

  Reply with(String header, String value) {
    return new Reply(status, Map.of(header, value), body);
  }
}
