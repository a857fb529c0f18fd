package dev.sluice.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Lifecycle;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Telemetry;
import dev.sluice.monitoring.dashboard.Status;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MonitorTest {
  private final Health health = new Health();
  private final Telemetry telemetry = new Telemetry();
  private final Lifecycle lifecycle = new Lifecycle();
  private Vertx vertx;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void close() throws Exception {
    lifecycle.close();
    telemetry.close();
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  @Test
  void theStagesOfADaemonAreCountedOnceThoughItIsWatchedTwice() throws Exception {
    telemetry.registry().counter("sluice.door.received", "stream", "a").increment(10);
    telemetry.registry().counter("sluice.door.accepted", "stream", "a").increment(7);
    telemetry.registry().counter("sluice.door.refused", "stream", "a").increment(2);
    URI daemon = serve(pages());
    Monitor monitor = monitor(Map.of("door", daemon, "lake", daemon));

    Status status = await(monitor, s -> s.well());

    assertThat(status.stages().get(0)).isEqualTo(new Status.Stage("front door", 10, 7, 2, ""));
    assertThat(status.stages().get(0).open()).isEqualTo(1);
  }

  @Test
  void aBacklogThatNoWorkerSeesIsNotCalledEmpty() throws Exception {
    Monitor monitor = monitor(Map.of("ingest", serve(pages())));
    assertThat(await(monitor, Status::well).stages().get(1).note())
        .isEqualTo("no worker reads a shard: what waits in the log is not known");

    telemetry.registry().gauge("sluice.sink.lag.events", 3);
    await(monitor, s -> s.stages().get(1).note().equals("3 in the log, not yet in a table"));
  }

  @Test
  void aDaemonsTroubleIsShownWithItsReasonUntilItIsOver() throws Exception {
    health.check("disk", () -> new Health.Down("full"));
    Monitor monitor = monitor(Map.of("lake", serve(pages())));

    assertThat(await(monitor, s -> s.parts().get(0).troubles().containsKey("disk")).well())
        .isFalse();

    health.check("disk", Health.Up::new);
    assertThat(await(monitor, Status::well).parts().get(0).troubles()).isEmpty();
  }

  @Test
  void targetsThatHangTalkWithoutEndOrAreGoneDoNotHarmTheOthers() throws Exception {
    URI hanging = serve(request -> {});
    URI endless = serve(MonitorTest::talkWithoutEnd);
    URI garbled = serve(request -> request.response().end("{ not a page"));
    URI gone = URI.create("http://127.0.0.1:1");
    Monitor monitor =
        monitor(
            Map.of(
                "a-well",
                serve(pages()),
                "b-hanging",
                hanging,
                "c-endless",
                endless,
                "d-garbled",
                garbled,
                "e-gone",
                gone));

    Status status =
        await(
            monitor,
            s ->
                s.parts().get(0).well()
                    && s.parts().stream()
                        .skip(1)
                        .allMatch(p -> p.troubles().containsKey("unreachable")));

    assertThat(status.well()).isFalse();
    assertThat(status.parts().get(2).troubles().get("unreachable"))
        .contains("longer than 65536 bytes");
  }

  @Test
  void onItsOwnPortTheStatusNeedsTheTokenAndProbesDoNot() throws Exception {
    MonitorSettings settings = settings(Map.of(), Optional.of(new Secret("t")));
    Monitor monitor = new Monitor(settings, vertx, InstantSource.system());
    MonitorServer server =
        new MonitorServer(vertx, settings, monitor, new DaemonPages(health, telemetry));
    lifecycle.add(monitor).add(server).start();

    assertThat(get(server.address().resolve("/"), Optional.empty()).statusCode()).isEqualTo(401);
    assertThat(get(server.address().resolve("/healthz"), Optional.empty()).statusCode())
        .isEqualTo(200);
    assertThat(get(server.address().resolve("/"), Optional.of("t")).body()).contains("all is well");
    assertThat(get(server.address().resolve("/api/v1/status"), Optional.of("t")).body())
        .contains("\"well\":true");
    assertThat(get(server.address().resolve("/nowhere"), Optional.of("t")).statusCode())
        .isEqualTo(404);
  }

  @Test
  void aTargetThatWantsAKeyIsShownItAndOtherwiseSaysSo() throws Exception {
    URI guarded =
        serve(
            request -> {
              if ("Bearer k".equals(request.getHeader("Authorization"))) {
                pages().handle(request);
              } else {
                request.response().setStatusCode(401).end("{}");
              }
            });
    Monitor with =
        new Monitor(
            settings(Map.of("lake", guarded), Map.of("lake", new Secret("k")), Optional.empty()),
            vertx,
            InstantSource.system());
    lifecycle.add(with).start();
    await(with, Status::well);

    Monitor without = monitor(Map.of("lake", guarded));

    Status status = await(without, s -> s.parts().get(0).troubles().containsKey("unreachable"));
    assertThat(status.parts().get(0).troubles().get("unreachable"))
        .isEqualTo("it answers 401; set what it wants to be shown as keys.lake");
  }

  private static void talkWithoutEnd(HttpServerRequest request) {
    request.response().setChunked(true);
    Buffer noise = Buffer.buffer("# noise\n".repeat(4096));
    request.response().drainHandler(ready -> request.response().write(noise));
    for (int i = 0; i < 4; i++) {
      request.response().write(noise);
    }
  }

  private Handler<HttpServerRequest> pages() {
    return new DaemonPages(health, telemetry)
        .before(request -> request.response().setStatusCode(404).end());
  }

  private Monitor monitor(Map<String, URI> targets) throws Exception {
    Monitor monitor =
        new Monitor(settings(targets, Optional.empty()), vertx, InstantSource.system());
    lifecycle.add(monitor).start();
    return monitor;
  }

  private static MonitorSettings settings(Map<String, URI> targets, Optional<Secret> token) {
    return settings(targets, Map.of(), token);
  }

  private static MonitorSettings settings(
      Map<String, URI> targets, Map<String, Secret> keys, Optional<Secret> token) {
    return new MonitorSettings(
        "127.0.0.1",
        0,
        token,
        targets,
        keys,
        Duration.ofMillis(50),
        Duration.ofMillis(500),
        new ByteSize(65_536));
  }

  private URI serve(Handler<HttpServerRequest> handler) throws Exception {
    int port =
        vertx
            .createHttpServer()
            .requestHandler(handler)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get()
            .actualPort();
    return URI.create("http://127.0.0.1:" + port);
  }

  private Status await(Monitor monitor, Predicate<Status> wanted) throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    long timer =
        vertx.setPeriodic(
            20,
            tick -> {
              if (wanted.test(monitor.status())) {
                seen.countDown();
              }
            });
    try {
      assertThat(seen.await(60, TimeUnit.SECONDS)).as("%s", monitor.status()).isTrue();
      return monitor.status();
    } finally {
      vertx.cancelTimer(timer);
    }
  }

  private static HttpResponse<String> get(URI uri, Optional<String> token) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
