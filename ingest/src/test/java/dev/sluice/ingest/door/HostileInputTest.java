package dev.sluice.ingest.door;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.ingest.log.KafkaFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HostileInputTest {
  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door =
        OpenDoor.onLog(
            """
            max-body: 256KiB
            max-event: 16KiB
            max-events: 2000
            max-waiting-bytes: 1MiB
            body-patience: 700ms
            header-patience: 1500ms
            """);
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @AfterEach
  void theDoorStillWorks() throws Exception {
    assertThat(door.json(OpenDoor.event("after", "u")).statusCode()).isEqualTo(200);
  }

  @Test
  void nestingWithoutEndIsRefused() throws Exception {
    String deep = "[".repeat(8_000) + "]".repeat(8_000);
    HttpResponse<String> response = door.lines("{\"x\":" + deep.substring(1, 15_000) + "}");
    assertThat(OpenDoor.body(response).path("refused").get(0).path("reason").asText())
        .isEqualTo("too-deep");
    HttpResponse<String> array = door.json("[".repeat(200_000));
    assertThat(array.statusCode()).isEqualTo(400);
    assertThat(OpenDoor.body(array).path("refused").get(0).path("reason").asText())
        .isEqualTo("too-deep");
  }

  @Test
  void giantNumbersAreRefused() throws Exception {
    String digits = "9".repeat(10_000);
    String event = OpenDoor.event("a", "u");
    String open = event.substring(0, event.length() - 1);
    HttpResponse<String> response =
        door.lines(
            open + ",\"price\":" + digits + "}",
            open + ",\"quantity\":" + digits + "}",
            open + ",\"price\":1e999999999}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(OpenDoor.body(response).path("refused").findValuesAsText("reason"))
        .containsOnly("out-of-range")
        .hasSize(3);
  }

  @Test
  void whatIsNotUtf8IsRefusedAndItsNeighboursAreNot() throws Exception {
    byte[] body =
        (OpenDoor.event("a", "u") + "\n" + OpenDoor.event("b", "ü") + "\n").getBytes(ISO_8859_1);
    HttpResponse<String> response = door.post("application/x-ndjson", body);
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode refused = OpenDoor.body(response).path("refused").get(0);
    assertThat(refused.path("reason").asText()).isEqualTo("invalid-utf8");
    assertThat(refused.path("line").asInt()).isEqualTo(2);
  }

  @Test
  void aBombInGzipIsTooLarge() throws Exception {
    byte[] bomb = new byte[50 << 20];
    Arrays.fill(bomb, (byte) ' ');
    byte[] packed = gzip(bomb);
    assertThat(packed.length).isLessThan(256 << 10);
    HttpResponse<String> response =
        door.post("application/x-ndjson", packed, "Content-Encoding", "gzip");
    assertThat(response.statusCode()).isEqualTo(413);
    byte[] honest = gzip(OpenDoor.event("zip", "u").getBytes(UTF_8));
    assertThat(door.post("application/json", honest, "Content-Encoding", "gzip").statusCode())
        .isEqualTo(200);
    for (byte[] broken : List.of(Arrays.copyOf(honest, honest.length / 2), new byte[] {1, 2, 3})) {
      assertThat(door.post("application/json", broken, "Content-Encoding", "gzip").statusCode())
          .isEqualTo(400);
    }
  }

  @Test
  void whatIsTooLargeIsToldSo() throws Exception {
    String event = OpenDoor.event("large", "u".repeat(17_000));
    assertThat(door.json(event).statusCode()).isEqualTo(413);
    JsonNode line = OpenDoor.body(door.lines(event, OpenDoor.event("a", "u")));
    assertThat(line.path("refused").get(0).path("reason").asText()).isEqualTo("too-large");
    assertThat(line.path("accepted").asInt()).isEqualTo(1);
    assertThat(door.json(" ".repeat(300_000)).statusCode()).isEqualTo(413);
    String many = IntStream.range(0, 2_001).mapToObj(i -> "{}").collect(Collectors.joining("\n"));
    assertThat(door.lines(many).statusCode()).isEqualTo(413);
    assertThat(door.json("[" + many.replace('\n', ',') + "]").statusCode()).isEqualTo(413);
  }

  @Test
  void aBodyWithoutALengthIsBoundedToo() throws Exception {
    try (RawRequest raw = new RawRequest(door.door.uri())) {
      raw.write(RawRequest.head(door, "Host: localhost", "Transfer-Encoding: chunked"));
      String chunk = "8000\r\n" + " ".repeat(0x8000) + "\r\n";
      for (int i = 0; i < 9; i++) {
        raw.write(chunk);
      }
      assertThat(raw.statusLine()).contains("413");
    }
  }

  @Test
  void aBodyThatBreaksOffLeavesNothing() throws Exception {
    int before = held();
    double received = door.count("received");
    try (RawRequest raw = new RawRequest(door.door.uri())) {
      raw.write(RawRequest.head(door, "Host: localhost", "Content-Length: 5000"));
      raw.write(OpenDoor.event("half", "u") + "\n");
    }
    assertThat(door.json(OpenDoor.event("whole", "u")).statusCode()).isEqualTo(200);
    assertThat(door.count("received")).isEqualTo(received + 1);
    assertThat(held()).isEqualTo(before + 1);
  }

  @Test
  void aSlowSenderIsNotWaitedFor() throws Exception {
    try (RawRequest raw = new RawRequest(door.door.uri())) {
      raw.write(RawRequest.head(door, "Host: localhost", "Content-Length: 5000")).write("{");
      assertThat(raw.statusLine()).contains("408");
    }
    try (RawRequest raw = new RawRequest(door.door.uri())) {
      raw.write("POST / HTTP/1.1\r\nHost: local");
      assertThat(raw.statusLine()).as("closed without an answer").isEmpty();
    }
  }

  @Test
  void headersWithoutEndAreCutOff() throws Exception {
    try (RawRequest raw = new RawRequest(door.door.uri())) {
      raw.write(
          "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
      assertThat(raw.statusLine()).contains("431");
    }
    try (RawRequest raw = new RawRequest(door.door.uri())) {
      raw.write("GET /" + "x".repeat(6_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(raw.statusLine()).contains("414");
    }
  }

  @Test
  void aPageElsewhereCannotTalkThroughAName() throws Exception {
    for (String host :
        List.of("evil.example", "127.0.0.1.evil.example", "localhost.evil", "10.0.0.1")) {
      try (RawRequest raw = new RawRequest(door.door.uri())) {
        raw.write("GET /v1/streams HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertThat(raw.statusLine()).as(host).contains("403");
      }
    }
    for (String host : List.of("localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:8080")) {
      try (RawRequest raw = new RawRequest(door.door.uri())) {
        raw.write("GET /v1/streams HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertThat(raw.statusLine()).as(host).contains("200");
      }
    }
  }

  @Test
  void aSenderThatAsksFirstIsTold() throws Exception {
    try (RawRequest raw = new RawRequest(door.door.uri())) {
      raw.write(
          RawRequest.head(
              door, "Host: localhost", "Expect: 100-continue", "Content-Length: 90000000"));
      assertThat(raw.statusLine()).contains("413");
    }
    String event = OpenDoor.event("asked", "u");
    try (RawRequest raw = new RawRequest(door.door.uri())) {
      raw.write(
          RawRequest.head(
              door,
              "Host: localhost",
              "Expect: 100-continue",
              "Content-Length: " + event.length()));
      assertThat(raw.statusLine()).contains("100");
      raw.write(event);
    }
  }

  private static int held() {
    return KafkaFixture.records(KafkaFixture.bootstrapServers(), door.stream).size();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
