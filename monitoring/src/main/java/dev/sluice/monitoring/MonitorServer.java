package dev.sluice.monitoring;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Service;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** The monitor on a port of its own, for a deployment where it is a daemon alone. */
public final class MonitorServer implements Service {
  private final Vertx vertx;
  private final Binding binding;
  private final Optional<Secret> token;
  private final Monitor monitor;
  private final DaemonPages pages;
  private HttpServer server;

  public MonitorServer(Vertx vertx, MonitorSettings settings, Monitor monitor, DaemonPages pages) {
    this.vertx = vertx;
    this.binding = settings.binding();
    this.token = settings.token();
    this.monitor = monitor;
    this.pages = pages;
  }

  @Override
  public String name() {
    return "monitor's port";
  }

  @Override
  public void start() throws Exception {
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::handle)
            .listen(binding.port(), binding.host())
            .recover(cause -> Future.failedFuture(binding.refused(cause)))
            .toCompletionStage()
            .toCompletableFuture()
            .get();
  }

  @Override
  public void stop() throws Exception {
    if (server != null) {
      server.close().toCompletionStage().toCompletableFuture().get();
    }
  }

  /** Where it listens, once started. */
  public URI address() {
    return URI.create("http://" + binding.host() + ":" + server.actualPort());
  }

  /** Health and meters are for probes, which carry no token; the status is for who has it. */
  private void handle(HttpServerRequest request) {
    if (!binding.answersTo(Optional.ofNullable(request.getHeader("Host")))) {
      request
          .response()
          .setStatusCode(421)
          .end("this daemon is not " + request.getHeader("Host") + "\n");
    } else if (pages.answered(request)) {
      return;
    } else if (!allowed(request)) {
      request
          .response()
          .setStatusCode(401)
          .putHeader("WWW-Authenticate", "Bearer")
          .end("the monitor's token is needed\n");
    } else if (!monitor.answered(request)) {
      request
          .response()
          .setStatusCode(404)
          .end("known pages: / /api/v1/status /healthz /metrics\n");
    }
  }

  private boolean allowed(HttpServerRequest request) {
    String given = request.getHeader("Authorization");
    return token
        .map(
            secret ->
                given != null
                    && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8),
                        ("Bearer " + secret.value()).getBytes(StandardCharsets.UTF_8)))
        .orElse(true);
  }
}
