package dev.sluice.daemon;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/**
 * The pages that every daemon has: {@code /healthz} for people and probes, {@code /metrics} for
 * Prometheus.
 */
public final class DaemonPages {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final Health health;
  private final Telemetry telemetry;

  public DaemonPages(Health health, Telemetry telemetry) {
    this.health = health;
    this.telemetry = telemetry;
  }

  /** A handler that answers the daemon's pages and leaves every other request to {@code next}. */
  public Handler<HttpServerRequest> before(Handler<HttpServerRequest> next) {
    return request -> {
      if (!answered(request)) {
        next.handle(request);
      }
    };
  }

  /** Whether the request was for one of the daemon's pages, and is answered. */
  public boolean answered(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET)) {
      return false;
    }
    switch (request.path()) {
      case "/healthz" -> answerHealth(request);
      case "/metrics" -> request.response().putHeader("Content-Type", TEXT).end(telemetry.scrape());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void answerHealth(HttpServerRequest request) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode checks = JsonNodeFactory.instance.objectNode();
    boolean well = true;
    for (var entry : health.report().entrySet()) {
      if (entry.getValue() instanceof Health.Down down) {
        well = false;
        checks.put(entry.getKey(), "down: " + down.why());
      } else {
        checks.put(entry.getKey(), "up");
      }
    }
    body.put("status", well ? "up" : "down");
    body.set("checks", checks);
    request
        .response()
        .setStatusCode(well ? 200 : 503)
        .putHeader("Content-Type", "application/json")
        .end(body.toString());
  }
}
