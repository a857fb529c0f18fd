package dev.sluice.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DaemonPagesTest {
  private final AtomicReference<Health.State> state = new AtomicReference<>(new Health.Up());
  private final Telemetry telemetry = new Telemetry();
  private Vertx vertx;
  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    Health health = new Health();
    health.check("log", state::get);
    DaemonPages pages = new DaemonPages(health, telemetry);
    vertx = Vertx.vertx();
    server =
        vertx
            .createHttpServer()
            .requestHandler(pages.before(request -> request.response().setStatusCode(404).end()))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get();
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
    telemetry.close();
  }

  @Test
  void healthSaysWhyAPartIsDown() throws Exception {
    assertThat(get("/healthz").body()).contains("\"log\":\"up\"");

    state.set(new Health.Down("disk full"));

    assertThat(get("/healthz").statusCode()).isEqualTo(503);
    assertThat(get("/healthz").body()).contains("down: disk full");
  }

  @Test
  void metricsArePrometheusText() throws Exception {
    telemetry.registry().counter("sluice.events", "stream", "a").increment();

    assertThat(get("/metrics").body())
        .contains("sluice_events_total{stream=\"a\"} 1.0")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void everyOtherPageIsLeftToTheNextHandler() throws Exception {
    assertThat(get("/other").statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
