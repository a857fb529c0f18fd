package dev.sluice.ingest.door;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.SettingsException;
import dev.sluice.ingest.log.KafkaFixture;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DoorTest {
  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.onLog("");
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void anEventThatIsTooLongWithItsKeyIsItsSendersFault() throws Exception {
    HttpResponse<String> response = door.json(OpenDoor.event("long", "u".repeat(900_000)));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(OpenDoor.body(response).path("refused").path(0).path("reason").asText())
        .isEqualTo("too-large");
  }

  @Test
  void everyReceiptPointsToItsRecord() throws Exception {
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sent.add(OpenDoor.event("receipt-" + i, "ü" + i % 17));
    }
    HttpResponse<String> response = door.lines(sent.toArray(String[]::new));
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode body = OpenDoor.body(response);
    assertThat(body.path("accepted").asInt()).isEqualTo(200);
    assertThat(body.path("refused")).isEmpty();
    assertThat(body.path("receipts")).hasSize(200);
    List<ConsumerRecord<byte[], byte[]>> held =
        KafkaFixture.records(KafkaFixture.bootstrapServers(), door.stream);
    for (JsonNode receipt : body.path("receipts")) {
      int index = receipt.path("index").asInt();
      ConsumerRecord<byte[], byte[]> record =
          held.stream()
              .filter(r -> r.partition() == receipt.path("shard").asInt())
              .filter(r -> r.offset() == receipt.path("offset").asLong())
              .findFirst()
              .orElseThrow();
      assertThat(new String(record.value(), UTF_8)).isEqualTo(sent.get(index));
      assertThat(new String(record.key(), UTF_8)).isEqualTo("ü" + index % 17);
      assertThat(receipt.path("durability").asText()).isEqualTo("sync");
    }
  }

  @Test
  void oneObjectAndAnArrayOfObjectsAreTaken() throws Exception {
    HttpResponse<String> one = door.json(" " + OpenDoor.event("one", "u"));
    assertThat(one.statusCode()).isEqualTo(200);
    assertThat(OpenDoor.body(one).path("receipts")).hasSize(1);
    HttpResponse<String> many =
        door.json(
            "["
                + OpenDoor.event("a", "u")
                + " ,\n{\"event_id\":1}, 7,"
                + OpenDoor.event("b", "u")
                + "]");
    assertThat(many.statusCode()).isEqualTo(200);
    JsonNode body = OpenDoor.body(many);
    assertThat(body.path("accepted").asInt()).isEqualTo(2);
    assertThat(body.path("receipts").findValuesAsText("index")).containsExactly("0", "3");
    assertThat(body.path("refused").findValuesAsText("reason"))
        .containsExactly("wrong-type", "not-an-object");
    assertThat(body.path("refused").get(0).path("line").asInt()).isEqualTo(2);
    assertThat(body.path("refused").get(0).path("column").asInt()).isEqualTo(13);
    assertThat(body.path("refused").get(1).path("column").asInt()).isEqualTo(17);
  }

  @Test
  void goodLinesAreTakenAndBadOnesListed() throws Exception {
    HttpResponse<String> response =
        door.lines(
            OpenDoor.event("good", "u"),
            "",
            "{\"event_id\": oops}",
            OpenDoor.event("too", "u"),
            "{}\r");
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode body = OpenDoor.body(response);
    assertThat(body.path("accepted").asInt()).isEqualTo(2);
    assertThat(body.path("receipts").findValuesAsText("index")).containsExactly("0", "2");
    JsonNode bad = body.path("refused").get(0);
    assertThat(bad.path("index").asInt()).isEqualTo(1);
    assertThat(bad.path("reason").asText()).isEqualTo("malformed-json");
    assertThat(bad.path("line").asInt()).isEqualTo(3);
    assertThat(bad.path("detail").asText()).contains("at line 3, column ");
    assertThat(body.path("refused").get(1).path("reason").asText()).isEqualTo("missing-field");
  }

  @Test
  void aMalformedObjectIsRefusedWithItsPosition() throws Exception {
    HttpResponse<String> response = door.json("{\"event_id\":\"a\",\n \"type\": }");
    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode refused = OpenDoor.body(response).path("refused").get(0);
    assertThat(refused.path("reason").asText()).isEqualTo("malformed-json");
    assertThat(refused.path("line").asInt()).isEqualTo(2);
    assertThat(refused.path("column").asInt()).isEqualTo(10);
    assertThat(door.json("[" + OpenDoor.event("a", "u") + ",").statusCode()).isEqualTo(400);
    assertThat(door.json("").statusCode()).isEqualTo(400);
    assertThat(door.lines("").statusCode()).isEqualTo(400);
    assertThat(door.lines("{}", "[]").statusCode()).isEqualTo(400);
  }

  @Test
  void withoutTheKeyNothingIsTaken() throws Exception {
    for (String header :
        List.of("Bearer wrong", "Bearer ", "Basic " + base64("wrong:"), "Basic %%%", "Digest x")) {
      HttpResponse<String> response =
          door.send(
              HttpRequest.newBuilder(door.events())
                  .header("Authorization", header)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(OpenDoor.event("a", "u"))));
      assertThat(response.statusCode()).as(header).isEqualTo(401);
      assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
    }
    HttpResponse<String> basic =
        door.send(
            HttpRequest.newBuilder(door.events())
                .header("Authorization", "Basic " + base64(OpenDoor.KEY + ":"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(OpenDoor.event("basic", "u"))));
    assertThat(basic.statusCode()).isEqualTo(200);
  }

  @Test
  void anUnknownStreamIsToldTheKnownOnes() throws Exception {
    HttpResponse<String> response =
        door.send(
            door.request(door.door.uri().resolve("/v1/streams/app_events-1/events"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(OpenDoor.body(response).path("error").path("message").asText())
        .contains("did you mean " + door.stream.name() + "?")
        .contains("known streams: " + door.stream.name());
  }

  @Test
  void anotherTypeOrEncodingIsUnsupported() throws Exception {
    byte[] event = OpenDoor.event("a", "u").getBytes(UTF_8);
    assertThat(door.post("text/plain", event).statusCode()).isEqualTo(415);
    assertThat(door.post("application/json; charset=latin1", event).statusCode()).isEqualTo(415);
    assertThat(door.post("application/json", event, "Content-Encoding", "br").statusCode())
        .isEqualTo(415);
    assertThat(door.post("application/json; charset=UTF-8", event).statusCode()).isEqualTo(200);
  }

  @Test
  void streamsHealthAndMetricsAreServed() throws Exception {
    HttpResponse<String> streams =
        door.send(HttpRequest.newBuilder(door.door.uri().resolve("/v1/streams")));
    JsonNode first = OpenDoor.body(streams).path("streams").get(0);
    assertThat(first.path("name").asText()).isEqualTo(door.stream.name());
    assertThat(first.path("shards").asInt()).isEqualTo(4);
    assertThat(first.path("key").asText()).isEqualTo("user_id");
    assertThat(first.path("fields").get(0).path("type").asText()).isEqualTo("string");
    HttpResponse<String> health =
        door.send(HttpRequest.newBuilder(door.door.uri().resolve("/healthz")));
    assertThat(health.statusCode()).isEqualTo(200);
    HttpResponse<String> metrics =
        door.send(HttpRequest.newBuilder(door.door.uri().resolve("/metrics")));
    assertThat(metrics.body()).contains("sluice_door_connections");
    assertThat(door.send(HttpRequest.newBuilder(door.events())).statusCode()).isEqualTo(405);
    assertThat(door.send(HttpRequest.newBuilder(door.door.uri().resolve("/nothing"))).statusCode())
        .isEqualTo(404);
  }

  @Test
  void whatIsReceivedIsAcceptedRefusedOrUnknown() throws Exception {
    try (OpenDoor own = OpenDoor.onLog("")) {
      own.lines(OpenDoor.event("a", "u"), "{", "{}", OpenDoor.event("b", "u"));
      own.json("[1");
      own.json("{}");
      assertThat(own.count("received")).isEqualTo(6);
      assertThat(own.count("accepted")).isEqualTo(2);
      assertThat(own.count("refused")).isEqualTo(4);
      assertThat(own.count("unknown")).isZero();
      assertThat(own.telemetry.scrape()).contains("reason=\"missing-field\"");
    }
  }

  @Test
  void beyondLoopbackTheDoorNeedsAKey() {
    assertThatThrownBy(() -> OpenDoor.settings("host: 0.0.0.0\n"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("'door.write-key' must be set");
  }

  @Test
  void aTakenPortIsToldInOneLine() {
    assertThatThrownBy(
            () -> {
              OpenDoor.onLog("port: " + door.door.uri().getPort()).close();
            })
        .isInstanceOf(DoorException.class)
        .hasMessageContaining("the port is taken");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
