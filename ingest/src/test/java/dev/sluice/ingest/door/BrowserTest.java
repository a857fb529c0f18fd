package dev.sluice.ingest.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BrowserTest {
  private static final MockProducer<byte[], byte[]> LOG =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private static final String PAGE = "https://shop.example";
  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door =
        OpenDoor.on(
            LOG,
            """
            origins: [https://shop.example]
            keys:
              web: {key: web-secret, streams: [app-events], browser: true}
              other: {key: other-secret, streams: [sensor-readings], browser: true}
              app: {key: app-secret, streams: [app-events]}
            """);
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @Test
  void aPageOfAKnownOriginMayAskAndSend() throws Exception {
    HttpResponse<String> asked = options("/v1/streams/app-events/events", PAGE);
    assertThat(asked.statusCode()).isEqualTo(204);
    assertThat(asked.headers().firstValue("Access-Control-Allow-Origin")).contains(PAGE);
    assertThat(asked.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
        .contains("authorization", "idempotency-key");
    HttpResponse<String> sent =
        door.post(
            "application/json",
            OpenDoor.event("cors", "u").getBytes(StandardCharsets.UTF_8),
            "Origin",
            PAGE);
    assertThat(sent.statusCode()).isEqualTo(200);
    assertThat(sent.headers().firstValue("Access-Control-Allow-Origin")).contains(PAGE);
    assertThat(sent.headers().firstValue("Vary")).contains("Origin");
  }

  @Test
  void anotherPageAndAnotherPathAreNotAllowed() throws Exception {
    HttpResponse<String> stranger =
        options("/v1/streams/app-events/events", "https://evil.example");
    assertThat(stranger.statusCode()).isEqualTo(403);
    assertThat(stranger.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    assertThat(options("/v1/deadletters/replay", PAGE).headers().map())
        .doesNotContainKey("access-control-allow-origin");
  }

  @Test
  void aBeaconIsTakenWithAKeyMadeForUrls() throws Exception {
    String events = "[" + OpenDoor.event("b1", "u") + "," + OpenDoor.event("b2", "u") + "]";
    assertThat(OpenDoor.body(beacon("web-secret", events)).path("accepted").asInt()).isEqualTo(2);
    assertThat(beacon("app-secret", events).statusCode()).isEqualTo(403);
    assertThat(beacon("other-secret", events).statusCode()).isEqualTo(403);
    assertThat(beacon(OpenDoor.KEY, events).statusCode()).as("the key for all").isEqualTo(403);
    assertThat(beacon("none", events).statusCode()).isEqualTo(401);
  }

  @Test
  void thePicturesParametersAreTheEvent() throws Exception {
    int before = LOG.history().size();
    HttpResponse<byte[]> picture =
        picture("app-events.gif?key=web-secret&user_id=u%201&type=view&price=2.50&quantity=3&q=x");
    assertThat(picture.statusCode()).isEqualTo(200);
    assertThat(picture.body()).hasSize(43).startsWith('G', 'I', 'F');
    assertThat(picture.headers().firstValue("Cache-Control").orElseThrow()).contains("no-store");
    List<ProducerRecord<byte[], byte[]>> history = LOG.history();
    assertThat(history).hasSize(before + 1);
    JsonNode event = OpenDoor.JSON.readTree(history.get(before).value());
    assertThat(event.path("user_id").asText()).isEqualTo("u 1");
    assertThat(event.path("price").isNumber()).isTrue();
    assertThat(event.path("q").asText()).isEqualTo("x");
    assertThat(event.path("event_id").asText()).isNotEmpty();
    assertThat(event.path("event_time").asText()).endsWith("Z");
    assertThat(event.has("key")).as("the key is no field").isFalse();
    HttpResponse<byte[]> bad = picture("app-events.gif?key=web-secret&price=cheap");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).hasSize(43);
    assertThat(picture("app-events.gif?key=app-secret").statusCode()).isEqualTo(403);
    assertThat(picture("nothing.gif?key=web-secret").statusCode()).isEqualTo(403);
    assertThat(picture("nothing.gif").statusCode())
        .as("who has no key hears of none")
        .isEqualTo(401);
  }

  @Test
  void theScriptIsSmallAndTheDoorIsReady() throws Exception {
    HttpResponse<String> script = get("/v1/beacon.js");
    assertThat(script.statusCode()).isEqualTo(200);
    assertThat(script.body().length()).isBetween(200, 1500);
    assertThat(script.headers().firstValue("Content-Type").orElseThrow()).contains("javascript");
    HttpResponse<String> ready = get("/readyz");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(OpenDoor.body(ready).path("ready").asBoolean()).isTrue();
    MockProducer<byte[], byte[]> broken =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    try (OpenDoor own = OpenDoor.on(broken, "")) {
      broken.sendException = new IllegalStateException("no log");
      assertThat(own.json(OpenDoor.event("a", "u")).statusCode()).isEqualTo(503);
      URI at = own.door.uri().resolve("/readyz");
      assertThat(own.send(HttpRequest.newBuilder(at)).statusCode()).isEqualTo(503);
      broken.sendException = null;
      assertThat(own.json(OpenDoor.event("a", "u")).statusCode()).isEqualTo(200);
      assertThat(own.send(HttpRequest.newBuilder(at)).statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return door.send(HttpRequest.newBuilder(door.door.uri().resolve(path)));
  }

  private static HttpResponse<String> options(String path, String origin) throws Exception {
    return door.send(
        HttpRequest.newBuilder(door.door.uri().resolve(path))
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
  }

  private static HttpResponse<String> beacon(String key, String body) throws Exception {
    return door.send(
        HttpRequest.newBuilder(door.door.uri().resolve("/v1/b/app-events?key=" + key))
            .header("Content-Type", "text/plain;charset=UTF-8")
            .header("Origin", PAGE)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static HttpResponse<byte[]> picture(String path) throws Exception {
    return door.http.send(
        HttpRequest.newBuilder(door.door.uri().resolve("/v1/p/" + path)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }
}
