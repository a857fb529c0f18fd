package dev.sluice.ingest.door;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/** How the door writes its answers. */
final class Replies {
  /** How long a sender turned away may go on sending before its connection is closed. */
  private static final long LINGER_MILLIS = 2_000;

  static final String RETRY_AFTER = "Retry-After";
  private static final String RETRY_SECONDS = "1";

  private final Vertx vertx;
  private final DoorMeters meters;

  Replies(Vertx vertx, DoorMeters meters) {
    this.vertx = vertx;
    this.meters = meters;
  }

  void json(HttpServerRequest request, int status, Buffer json) {
    HttpServerResponse response = request.response();
    meters.request(status);
    if (response.ended() || response.closed()) {
      return;
    }
    if (status == 503 && !response.headers().contains(RETRY_AFTER)) {
      response.putHeader(RETRY_AFTER, RETRY_SECONDS);
    }
    response.setStatusCode(status).putHeader("Content-Type", "application/json").end(json);
    closeUnlessRead(request);
  }

  void error(HttpServerRequest request, int status, String type, String message) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("error").put("type", type).put("message", message).put("code", status);
    if (status == 401) {
      request.response().putHeader("WWW-Authenticate", "Bearer, Basic realm=\"sluice\"");
    }
    json(request, status, Buffer.buffer(body.toString()));
  }

  /** An error that passes by itself, and when. */
  void later(
      HttpServerRequest request, int status, String type, String message, Duration retryAfter) {
    request.response().putHeader(RETRY_AFTER, seconds(retryAfter));
    error(request, status, type, message);
  }

  /** A header's value, empty where there is none. */
  static String header(HttpServerRequest request, CharSequence name) {
    String value = request.getHeader(name);
    return value == null ? "" : value.strip();
  }

  /** Whole seconds, never too few. */
  static String seconds(Duration duration) {
    return Long.toString(Math.max(1, (duration.toMillis() + 999) / 1000));
  }

  /**
   * A sender answered early may still be sending: its bytes are read and dropped for a moment, for
   * a connection closed on it would take the answer away too.
   */
  private void closeUnlessRead(HttpServerRequest request) {
    if (request.isEnded()) {
      return;
    }
    request.exceptionHandler(gone -> {});
    request.handler(dropped -> {});
    request.resume();
    vertx.setTimer(
        LINGER_MILLIS,
        due -> {
          if (!request.isEnded()) {
            request.connection().close();
          }
        });
  }
}
