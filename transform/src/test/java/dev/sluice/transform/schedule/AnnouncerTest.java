package dev.sluice.transform.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.daemon.Secret;
import dev.sluice.transform.schedule.ScheduleSettings.Alerts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told: the webhook, the figures, the journal. */
class AnnouncerTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final LocalDate DAY = LocalDate.of(2026, 11, 19);
  private static final Told GIVEN_UP = new Told.GivenUp("nightly", NOON, DAY, 4, "it \"broke\"");

  private record Post(String signature, String at, String body) {}

  @TempDir private Path directory;
  private final BlockingQueue<Post> posts = new LinkedBlockingQueue<>();
  private final List<Integer> answers = new ArrayList<>();
  private final List<String> journal = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    server.createContext(
        "/hook",
        exchange -> {
          posts.add(
              new Post(
                  String.valueOf(exchange.getRequestHeaders().getFirst("X-Sluice-Signature")),
                  exchange.getRequestHeaders().getFirst("X-Sluice-Time"),
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
          exchange.sendResponseHeaders(answers.isEmpty() ? 204 : answers.remove(0), -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @Test
  void aRunThatIsGivenUpIsPostedSignedAndAgainUntilSomebodyTakesIt() throws Exception {
    answers.addAll(List.of(500, 503));
    announcer(3).told(GIVEN_UP);

    assertThat(posts).hasSize(3);
    Post post = posts.poll(1, TimeUnit.SECONDS);
    assertThat(post.body())
        .isEqualTo(
            "{\"source\":\"sluice etl schedule\",\"status\":\"failed\",\"schedule\":\"nightly\","
                + "\"day\":\"2026-11-19\",\"due\":\"2026-11-20T12:00:00Z\",\"attempts\":4,"
                + "\"why\":\"it \\\"broke\\\"\"}");
    // As anybody computes it: openssl dgst -sha256 -hmac key.
    assertThat(post.signature())
        .isEqualTo("sha256=" + Webhook.sign(new Secret("key"), post.at(), post.body()));
    assertThat(Webhook.sign(new Secret("key"), "1", "{}"))
        .isEqualTo("1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224");
    assertThat(figures()).contains("sluice_etl_schedule_alerts_unsent_total 0");
  }

  @Test
  void anAlertThatNobodyTakesIsCountedAndStopsNothing() throws Exception {
    answers.addAll(List.of(500, 500));
    announcer(2).told(GIVEN_UP);

    assertThat(posts).hasSize(2);
    assertThat(journal).containsExactly(Announcer.line(GIVEN_UP), "nobody took the alert");
    assertThat(figures()).contains("sluice_etl_schedule_alerts_unsent_total 1");
  }

  @Test
  void theFiguresSayWhenEachScheduleLastSucceeded() throws Exception {
    Standing standing =
        Standing.fresh("@daily UTC", NOON)
            .begun(Turn.at(NOON, DAY), NOON)
            .succeeded(NOON.plusSeconds(9));
    announcer(1).seen(new Board(Lease.NONE, Map.of("nightly", standing)));

    long success = NOON.plusSeconds(9).getEpochSecond();
    assertThat(figures())
        .contains(
            "# TYPE sluice_etl_schedule_last_success_timestamp_seconds gauge\n"
                + "sluice_etl_schedule_last_success_timestamp_seconds{schedule=\"nightly\"} "
                + success)
        .contains("sluice_etl_schedule_running{schedule=\"nightly\"} 0");
  }

  @Test
  void aFullDiskLosesFiguresAndNothingElse() throws Exception {
    Announcer announcer = announcer(1);
    Files.delete(directory.resolve("etl"));
    announcer.seen(new Board(Lease.NONE, Map.of()));
    announcer.told(GIVEN_UP);

    assertThat(posts).hasSize(1);
    assertThat(journal.get(0)).startsWith("the figures could not be written");
  }

  @Test
  void aTroubleThatLastsIsSaidOnce() throws Exception {
    Announcer announcer = announcer(1);
    for (int i = 0; i < 3; i++) {
      announcer.told(new Told.Troubled("nobody answers"));
    }
    assertThat(journal).containsExactly("nobody answers");
    assertThat(figures()).contains("sluice_etl_schedule_troubles_total 3");
  }

  private Announcer announcer(int attempts) throws IOException {
    Path etl = Files.createDirectories(directory.resolve("etl"));
    URI hook = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    return new Announcer(
        new ScheduleMetrics(etl.resolve("schedule.prom")),
        new Webhook(
            new Alerts(
                Optional.of(hook), Optional.of(new Secret("key")), attempts, Duration.ofSeconds(9)),
            HttpClient.newHttpClient(),
            new SimulatedTime(NOON)),
        journal::add);
  }

  private String figures() throws IOException {
    return Files.readString(directory.resolve("etl/schedule.prom"));
  }
}
