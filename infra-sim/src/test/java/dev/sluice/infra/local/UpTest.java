package dev.sluice.infra.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.cli.Pipeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} and the commands around it, as processes. */
class UpTest {
  @TempDir static Path place;

  private static Path data;
  private static PipelineProcess pipeline;

  private record Ran(int exitCode, String out, String errors) {}

  @BeforeAll
  static void start() throws IOException {
    data = place.resolve("data");
    pipeline = LocalPipeline.start(data);
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @Test
  void anEventGoesFromARequestToASqlAnswerThroughEveryStage() throws Exception {
    JsonNode answer =
        LocalPipeline.send(
            pipeline.client(),
            "app-events",
            """
            {"event_id":"one","event_time":"2026-01-02T03:04:05Z","user_id":"ada","type":"view"}
            {"event_id":"two","event_time":"2026-01-02T03:04:06Z","user_id":"ada","type":"view"
            """);

    assertThat(answer.path("accepted").asInt()).isEqualTo(1);
    assertThat(answer.path("refused").path(0).path("index").asInt()).isEqualTo(1);
    assertThat(answer.path("receipts").path(0).path("durability").asText()).isEqualTo("sync");
    awaitRow(pipeline.client(), "SELECT user_id FROM raw.app_events WHERE event_id = 'one'", "ada");
    assertThat(run("verify", "--data", data.toString()).exitCode()).isZero();
    assertThat(run("verify", "--data", data.toString()).out()).contains("raw.app_events");
  }

  @Test
  void aDeviceIsLetInWhereTheEndpointsSayAndWithTheirKey() throws Exception {
    var endpoints = pipeline.client().endpoints();
    byte[] key = endpoints.credentials().writeKey().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    // MQTT 3.1.1, user name and password, a clean session, a minute of keep alive, client "up".
    body.writeBytes(new byte[] {0, 4, 'M', 'Q', 'T', 'T', 4, (byte) 0xC2, 0, 60});
    body.writeBytes(new byte[] {0, 2, 'u', 'p', 0, 1, 'u', 0, (byte) key.length});
    body.writeBytes(key);
    try (Socket device =
        new Socket(InetAddress.getLoopbackAddress(), endpoints.mqtt().orElseThrow().getPort())) {
      device.getOutputStream().write(new byte[] {0x10, (byte) body.size()});
      device.getOutputStream().write(body.toByteArray());

      assertThat(device.getInputStream().readNBytes(4)).containsExactly(0x20, 2, 0, 0);
    }
  }

  @Test
  void statusSaysWhatRunsAndExitsWithZeroWhenAllIsWell() throws Exception {
    Ran status = run("status", "--data", data.toString());

    assertThat(status.exitCode()).as(status.out() + status.errors()).isZero();
    assertThat(status.out()).contains("lake").contains("ingest").contains("front door");
  }

  @Test
  void theConsoleShowsThePartsAndTheStages() throws Exception {
    Pipeline client = pipeline.client();
    String page =
        client
            .http()
            .send(
                java.net.http.HttpRequest.newBuilder(client.endpoints().console().resolve("/"))
                    .build(),
                java.net.http.HttpResponse.BodyHandlers.ofString())
            .body();

    assertThat(page).contains("front door").contains("log to tables").contains("/api/v1/status");
  }

  @Test
  void badSqlPrintsTheEnginesMessageAndExitsWithOne() throws Exception {
    Ran sql = run("sql", "SELECT nonsense FROM", "--data", data.toString());

    assertThat(sql.exitCode()).isEqualTo(1);
    assertThat(sql.errors()).containsIgnoringCase("syntax error");
    assertThat(sql.out()).isEmpty();
  }

  @Test
  void aSecondUpOnTheSameDataRefusesAndSaysSo() throws Exception {
    Ran second = run("up", "--data", data.toString(), "--ports", "auto");

    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.errors())
        .contains("a pipeline already runs on " + data)
        .contains("process " + pipeline.handle().pid());
  }

  @Test
  void takenPortsAreNamed() throws Exception {
    List<ServerSocket> taken = new ArrayList<>();
    for (int port : new int[] {Ports.DEFAULT.s3(), Ports.DEFAULT.catalog()}) {
      try {
        taken.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
      } catch (IOException alreadyTaken) {
        assertThat(alreadyTaken).hasMessageContaining("in use");
      }
    }
    try {
      Ran up = run("up", "--data", place.resolve("other").toString());

      assertThat(up.exitCode()).isEqualTo(1);
      assertThat(up.errors())
          .contains("9000 (s3)")
          .contains("8181 (catalog)")
          .contains("--ports auto");
    } finally {
      for (ServerSocket socket : taken) {
        socket.close();
      }
    }
  }

  @Test
  void whatWasWrittenIsThereAfterAStopAndAStart() throws Exception {
    Path own = place.resolve("stopped");
    try (PipelineProcess first = LocalPipeline.start(own)) {
      LocalPipeline.send(
          first.client(),
          "app-events",
          "{\"event_id\":\"kept\",\"event_time\":\"2026-01-02T03:04:05Z\",\"user_id\":\"eve\",\"type\":\"view\"}\n");
      Ran down = run("down", "--data", own.toString());
      assertThat(down.exitCode()).isZero();
      assertThat(first.exitCode()).as("an asked-for stop is a success").isZero();
    }
    assertThat(own.resolve("endpoints.json")).doesNotExist();

    try (PipelineProcess again = LocalPipeline.start(own)) {
      awaitRow(again.client(), "SELECT user_id FROM raw.app_events", "eve");
    }
  }

  @Test
  void aCommandWithoutAPipelineSaysSoInOneLine() throws Exception {
    Ran status = run("status", "--data", place.resolve("nothing").toString());

    assertThat(status.exitCode()).isEqualTo(1);
    assertThat(status.errors().lines()).hasSize(1);
    assertThat(status.errors()).contains("no pipeline runs on").contains("./sluice up");
  }

  private static void awaitRow(Pipeline client, String sql, String wanted) throws Exception {
    LocalPipeline.await(() -> LocalPipeline.firstValue(client, sql), wanted::equals);
  }

  private static Ran run(String... words) throws Exception {
    List<String> command = new ArrayList<>(LocalPipeline.launcher());
    command.addAll(List.of(words));
    Path errors = Files.createTempFile(place, "errors", "");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), out, Files.readString(errors));
  }
}
