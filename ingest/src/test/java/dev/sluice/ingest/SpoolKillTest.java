package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.log.EmbeddedBroker;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.log.LogSettings;
import dev.sluice.ingest.log.LogTopics;
import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A door in a process of its own takes events while no broker runs, and is killed. */
class SpoolKillTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Map<String, String> SETTINGS = Map.of("SLUICE_SPOOL", "1MiB");

  @TempDir Path data;

  @Test
  void whatWasKeptIsInTheLogInOrderAfterAKillAndAnOutage() throws Exception {
    int port = freePort();
    String bootstrap = "127.0.0.1:" + port;
    Stream shop = Streams.shipped().find("app-events").orElseThrow();
    List<String> sent = new ArrayList<>();
    try (DoorProcess door = DoorProcess.start(data, bootstrap, SETTINGS)) {
      for (int i = 0; i < 20; i++) {
        sent.add("spooled-" + i);
        assertThat(send(door, sent.get(i))).isEqualTo(202);
      }
      door.kill();
    }
    EmbeddedBroker broker = new EmbeddedBroker(data.resolve("log"), port);
    broker.start();
    try {
      try (LogTopics topics =
          new LogTopics(bootstrap, Settings.read(LogSettings.class, Optional.empty(), Map.of()))) {
        topics.ensure(List.of(shop));
      }
      try (DoorProcess door = DoorProcess.start(data, bootstrap, SETTINGS)) {
        Await.until(
            "the spool is replayed", () -> KafkaFixture.records(bootstrap, shop).size() == 20);
        Await.until("the log is written to", () -> send(door, "straight") == 200);
      }
      // One user is one shard, so the log has them in one order.
      assertThat(ids(KafkaFixture.records(bootstrap, shop)).subList(0, 20)).isEqualTo(sent);
    } finally {
      broker.stop();
    }
  }

  private static int send(DoorProcess door, String id) throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(door.door().resolve("/v1/streams/app-events/events"))
                .header("Authorization", "Bearer " + DoorProcess.KEY)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"event_id\":\""
                            + id
                            + "\",\"event_time\":\"2026-01-31T08:15:00Z\",\"user_id\":\"u\","
                            + "\"type\":\"view\"}"))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static List<String> ids(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .map(text -> text.replaceAll(".*\"event_id\":\"([^\"]*)\".*", "$1"))
        .toList();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
