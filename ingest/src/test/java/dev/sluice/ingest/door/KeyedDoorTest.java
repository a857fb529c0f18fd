package dev.sluice.ingest.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KeyedDoorTest {
  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door =
        OpenDoor.on(
            log(),
            """
            lockout: {after: 6, pause: 1h}
            keys:
              app: {key: app-secret, streams: [app-*]}
              sensors: {key: sensor-secret, streams: [sensor-readings]}
              slow: {key: slow-secret, streams: ['*'], rate: 1, burst: 3}
              small: {key: small-secret, streams: ['*'], daily: 4}
            """);
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @Test
  void aKeyOpensItsStreamsOnlyAndNothingElse() throws Exception {
    assertThat(send("app-secret", 1).statusCode()).isEqualTo(200);
    HttpResponse<String> other = send("sensor-secret", 1);
    assertThat(other.statusCode()).isEqualTo(403);
    assertThat(error(other).path("message").asText())
        .isEqualTo("the key sensors is for events of sensor-readings, not of app-events");
  }

  @Test
  void aKeyThatSendsTooFastIsToldWhenItMayGoOn() throws Exception {
    HttpResponse<String> first = send("slow-secret", 3);
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("X-RateLimit-Limit")).contains("3");
    assertThat(first.headers().firstValue("X-RateLimit-Remaining")).contains("0");
    HttpResponse<String> second = send("slow-secret", 3);
    assertThat(second.statusCode()).isEqualTo(429);
    assertThat(error(second).path("type").asText()).isEqualTo("rate-limit");
    assertThat(error(second).path("remaining").path("burst").isNumber()).isTrue();
    long wait = Long.parseLong(second.headers().firstValue("Retry-After").orElseThrow());
    assertThat(wait).isBetween(1L, 3L);
    HttpResponse<String> never = send("slow-secret", 4);
    assertThat(never.statusCode()).isIn(413, 429);
  }

  @Test
  void theDayIsCountedInEventsAlsoRefusedOnes() throws Exception {
    HttpResponse<String> three = post("small-secret", "{}\n{}\n" + OpenDoor.event("a", "u"));
    assertThat(three.statusCode()).isEqualTo(200);
    assertThat(three.headers().firstValue("X-RateLimit-Daily-Remaining")).contains("1");
    HttpResponse<String> two = send("small-secret", 2);
    assertThat(two.statusCode()).isEqualTo(429);
    assertThat(error(two).path("type").asText()).isEqualTo("daily-quota");
    assertThat(error(two).path("remaining").path("today").asInt()).isEqualTo(1);
    assertThat(send("small-secret", 5).statusCode()).isEqualTo(413);
    assertThat(send("small-secret", 1).statusCode()).isEqualTo(200);
    assertThat(send("small-secret", 1).statusCode()).isEqualTo(429);
    assertThat(door.telemetry.scrape())
        .contains("sluice_door_limited_total{key=\"small\",limit=\"daily-quota\"}")
        .doesNotContain("small-secret");
  }

  @Test
  void whatTheLogDidNotTakeIsNotCharged() throws Exception {
    MockProducer<byte[], byte[]> broken = log();
    try (OpenDoor own =
        OpenDoor.on(broken, "keys: {small: {key: small-secret, streams: ['*'], daily: 4}}\n")) {
      broken.sendException = new IllegalStateException("no log");
      for (int i = 0; i < 3; i++) {
        assertThat(post(own, "small-secret", lines(4)).statusCode()).isEqualTo(503);
      }
      broken.sendException = null;
      assertThat(post(own, "small-secret", lines(4)).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void beyondLoopbackNoPathWithDotsOpensWhatNeedsAKey() throws Exception {
    try (OpenDoor open = OpenDoor.on(log(), "host: 0.0.0.0\nwrite-key: " + OpenDoor.KEY + "\n")) {
      for (String path :
          List.of(
              "/v1/streams",
              "/v1/b/../streams",
              "/v1/b/%2e%2e/streams",
              "/healthz/../v1/streams",
              "/v1/p/../../metrics")) {
        HttpRequest request =
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + open.door.uri().getPort() + path))
                .build();
        assertThat(open.http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
            .as(path)
            .isEqualTo(401);
      }
    }
  }

  @Test
  void guessingLocksItsAddressOut() throws Exception {
    try (OpenDoor own = OpenDoor.on(log(), "lockout: {after: 3, pause: 1h}\n")) {
      for (int i = 0; i < 3; i++) {
        assertThat(post(own, "guess-" + i, lines(1)).statusCode()).isEqualTo(401);
      }
      HttpResponse<String> right = post(own, OpenDoor.KEY, lines(1));
      assertThat(right.statusCode()).isEqualTo(429);
      assertThat(error(right).path("type").asText()).isEqualTo("locked-out");
      assertThat(right.headers().firstValue("Retry-After")).isPresent();
      URI health = own.door.uri().resolve("/healthz");
      assertThat(own.send(HttpRequest.newBuilder(health)).statusCode()).isEqualTo(200);
    }
  }

  private static MockProducer<byte[], byte[]> log() {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static String lines(int events) {
    return OpenDoor.event("e", "u").concat("\n").repeat(events);
  }

  private static HttpResponse<String> send(String key, int events) throws Exception {
    return post(key, lines(events));
  }

  private static HttpResponse<String> post(String key, String lines) throws Exception {
    return post(door, key, lines);
  }

  private static HttpResponse<String> post(OpenDoor at, String key, String lines) throws Exception {
    return at.send(
        HttpRequest.newBuilder(at.events())
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(lines)));
  }

  private static JsonNode error(HttpResponse<String> response) throws Exception {
    return OpenDoor.body(response).path("error");
  }
}
