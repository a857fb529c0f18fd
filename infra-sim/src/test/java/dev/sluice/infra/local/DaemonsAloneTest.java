package dev.sluice.infra.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The distributed form: each daemon a process of its own, found by its address. */
class DaemonsAloneTest {
  @TempDir Path place;

  @Test
  @Timeout(value = 240)
  void daemonsStartedApartMakeOnePipelineThatSurvivesTheLossOfItsIngest() throws Exception {
    try (ApartPipeline pipeline = new ApartPipeline(place)) {
      pipeline.startBroker();
      pipeline.startLake();
      pipeline.startIngest();
      pipeline.startMonitor();

      assertThat(pipeline.send("first", 500).path("accepted").asInt()).isEqualTo(500);
      pipeline.awaitRows(500);
      assertThat(pipeline.verify().path("verdict").asText()).isEqualTo("sound");
      pipeline.awaitStatus(
          status ->
              status.path("well").asBoolean()
                  && stage(status, "front door").path("passed").asLong() == 500
                  && stage(status, "log to tables").path("passed").asLong() == 500
                  && stage(status, "log to tables").path("refused").asLong() == 0);
      Path client = pipeline.client();
      assertThat(DaemonProcess.run(client, "sql", "SELECT count(*) AS n FROM raw.app_events"))
          .matches(ended -> ended.exitCode() == 0 && ended.out().contains("500"));
      assertThat(DaemonProcess.run(client, "verify")).matches(ended -> ended.exitCode() == 0);
      assertThat(DaemonProcess.run(client, "status")).matches(ended -> ended.exitCode() == 0);

      // What is acknowledged and in no table yet is what a kill could lose.
      assertThat(pipeline.send("second", 500).path("accepted").asInt()).isEqualTo(500);
      pipeline.ingest().kill();
      pipeline.awaitStatus(
          status ->
              !status.path("well").asBoolean()
                  && status.path("parts").path(0).path("name").asText().equals("ingest")
                  && status.path("parts").path(0).path("troubles").has("unreachable"));
      pipeline.startIngest();
      assertThat(pipeline.send("third", 500).path("accepted").asInt()).isEqualTo(500);

      pipeline.awaitRows(1_500);
      JsonNode counts =
          pipeline.sql(
              "SELECT page, count(*), count(DISTINCT event_id) FROM raw.app_events"
                  + " GROUP BY page ORDER BY page");
      assertThat(counts)
          .hasToString("[[\"first\",500,500],[\"second\",500,500],[\"third\",500,500]]");
      JsonNode proof = pipeline.verify();
      assertThat(proof.path("verdict").asText()).as(proof.toString()).isEqualTo("sound");
      pipeline.awaitStatus(status -> status.path("well").asBoolean());

      assertThat(pipeline.terminateAll())
          .as("an asked-for stop is a success")
          .isEqualTo(Map.of("monitor", 0, "ingest", 0, "lake", 0, "broker", 0));
      assertThat(ProcessHandle.current().descendants().filter(pipeline::ran)).isEmpty();
    }
  }

  private static JsonNode stage(JsonNode status, String name) {
    for (JsonNode stage : status.path("stages")) {
      if (stage.path("name").asText().equals(name)) {
        return stage;
      }
    }
    throw new AssertionError(name + " is no stage of " + status);
  }

  @Test
  @Timeout(value = 240)
  void anIngestThatIsThereBeforeItsLakeSaysSoAndCatchesUp() throws Exception {
    try (ApartPipeline pipeline = new ApartPipeline(place)) {
      pipeline.startMonitor();
      pipeline.startBroker();
      pipeline.startIngest();

      assertThat(pipeline.send("early", 200).path("accepted").asInt()).isEqualTo(200);
      JsonNode health = pipeline.awaitHealth(503);
      assertThat(health.path("checks").path("sink").asText())
          .startsWith("down: ")
          .contains(pipeline.catalog().toString());

      pipeline.startLake();
      pipeline.awaitRows(200);
      pipeline.awaitHealth(200);
      pipeline.awaitStatus(status -> status.path("well").asBoolean());

      pipeline.lake().kill();
      assertThat(pipeline.send("late", 200).path("accepted").asInt()).isEqualTo(200);
      pipeline.awaitHealth(503);
      pipeline.startLake();
      pipeline.awaitRows(400);
      pipeline.awaitHealth(200);
      assertThat(pipeline.verify().path("verdict").asText()).isEqualTo("sound");
      assertThat(pipeline.terminateAll().values()).containsOnly(0);
    }
  }

  @Test
  @Timeout(value = 120)
  void anIngestThatNeverFoundItsLakeStopsWhenAsked() throws Exception {
    try (ApartPipeline pipeline = new ApartPipeline(place)) {
      pipeline.startBroker();
      pipeline.startIngest();
      pipeline.awaitHealth(503);

      assertThat(pipeline.ingest().terminate()).isZero();
    }
  }

  @Test
  @Timeout(value = 120)
  void aMisspeltSettingEndsADaemonWithTwoAndOneLineThatNamesTheNearest() throws Exception {
    assertRefused("lake", "catalog: {prot: 1}\n", "catalog.prot", "'port'");
    assertRefused("ingest", "door: {write-kee: k}\n", "door.write-kee", "'write-key'");
    assertRefused("monitor", "target: {lake: http://localhost:1}\n", "target", "'targets'");
  }

  private void assertRefused(String daemon, String settings, String... words) throws Exception {
    try (DaemonProcess process = DaemonProcess.start(daemon, place, settings, Map.of())) {
      DaemonProcess.Ended ended = process.ended();
      assertThat(ended.exitCode()).as(daemon).isEqualTo(2);
      assertThat(ended.out()).as(daemon).isEmpty();
      assertThat(ended.errors().lines().toList()).as(daemon).hasSize(1);
      assertThat(ended.errors()).contains(words);
    }
  }

  @Test
  @Timeout(value = 120)
  void aMisspeltVariableEndsADaemonAsAMisspeltKeyDoes() throws Exception {
    Map<String, String> environment = Map.of("SLUICE_CATALOG_TOKN", "t");
    try (DaemonProcess process = DaemonProcess.start("lake", place, "", environment)) {
      DaemonProcess.Ended ended = process.ended();
      assertThat(ended.exitCode()).isEqualTo(2);
      assertThat(ended.errors().lines().toList()).hasSize(1);
      assertThat(ended.errors()).contains("SLUICE_CATALOG_TOKN", "'SLUICE_CATALOG_TOKEN'");
    }
  }

  @Test
  @Timeout(value = 120)
  void beyondLoopbackNoDaemonStartsWithoutACredential() throws Exception {
    Path lake = place.resolve("lake");
    assertRefused(
        "lake",
        "data: " + lake + "\ncatalog: {host: 0.0.0.0, port: 0}\n",
        "0.0.0.0",
        "'catalog.token'");
    assertThat(lake).as("nothing was begun").doesNotExist();
    assertRefused("ingest", "door: {host: 0.0.0.0}\n", "0.0.0.0", "door.write-key");
    assertRefused("monitor", "host: 0.0.0.0\n", "0.0.0.0", "'token'");
  }

  @Test
  @Timeout(value = 120)
  void aTakenPortIsToldInOneLineThatNamesIt() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      String lake = "data: %s\n".formatted(place.resolve("lake"));
      assertFails("lake", lake + "s3: {port: " + port + "}\ncatalog: {port: 0}\n", port);
      assertFails("lake", lake + "s3: {port: 0}\ncatalog: {port: " + port + "}\n", port);
      assertFails("monitor", "port: " + port + "\n", port);
      String log = "data: " + place.resolve("ingest") + "\nlog: {port: " + port + "}\n";
      assertFails("ingest", log + "door: {write-key: k, port: 0}\n", port);
      String ingest =
          "data: %s\nlog: {port: 0}\nsink: {workers: 0}\n".formatted(place.resolve("ingest"));
      assertFails("ingest", ingest + "door: {write-key: k, port: " + port + "}\n", port);
    }
  }

  private void assertFails(String daemon, String settings, String word) throws Exception {
    try (DaemonProcess process = DaemonProcess.start(daemon, place, settings, Map.of())) {
      DaemonProcess.Ended ended = process.ended();
      String said =
          ended
              .errors()
              .lines()
              .filter(line -> !line.contains(" INFO "))
              .collect(Collectors.joining("\n"));
      assertThat(ended.exitCode()).as(said).isEqualTo(1);
      assertThat(said.lines()).as(daemon).hasSize(1);
      assertThat(said).contains(word);
    }
  }

  @Test
  @Timeout(value = 120)
  void anIngestWithoutItsLogEndsWithOneLineThatNamesIt() throws Exception {
    Ports free = Ports.choose(Ports.Choice.AUTO);
    String log = "127.0.0.1:" + free.kafka();
    String settings =
        """
        door: {port: 0, write-key: key}
        log: {bootstrap-servers: "%s", patience: 2s}
        """
            .formatted(log);
    assertFails("ingest", settings, log);
  }
}
