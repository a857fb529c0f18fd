package dev.sluice.ingest.reply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.RoutingContext;

/** Answers a request with JSON, unless who asked has gone. */
public final class JsonReply {

  private JsonReply() {}

  public static void json(RoutingContext routing, int status, ObjectNode body) {
    if (!routing.response().closed()) {
      routing
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end(body.toString());
    }
  }

  public static void refuse(RoutingContext routing, int status, String type, String message) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("error").put("type", type).put("message", message).put("code", status);
    json(routing, status, body);
  }
}
