package dev.sluice.ingest.door;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.Zstd;
import dev.sluice.ingest.log.KafkaFixture;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CloudEventsTest {
  private static final String ENVELOPE = "application/cloudevents+json";
  private static final String BATCH = "application/cloudevents-batch+json; charset=UTF-8";
  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.onLog("max-body: 256KiB\nmax-event: 64KiB\n");
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @Test
  void theContextInHeadersGoesBesideTheEventAndFillsWhatItLacks() throws Exception {
    HttpResponse<String> response =
        door.post(
            "application/json",
            "{\"user_id\":\"u1\"}".getBytes(UTF_8),
            "ce-specversion",
            "1.0",
            "ce-id",
            "binary-1",
            "ce-source",
            "/shops/caf%C3%A9",
            "CE-Type",
            "view",
            "ce-time",
            "2026-01-31T08:15:00Z",
            "ce-region",
            "eu");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    ConsumerRecord<byte[], byte[]> record = recordOf(response, 0);
    JsonNode event = OpenDoor.JSON.readTree(record.value());
    assertThat(event.path("event_id").asText()).isEqualTo("binary-1");
    assertThat(event.path("event_time").asText()).isEqualTo("2026-01-31T08:15:00Z");
    assertThat(event.path("type").asText()).isEqualTo("view");
    assertThat(event.has("source")).as("the stream has no such field").isFalse();
    assertThat(headers(record))
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_source", "/shops/café")
        .containsEntry("ce_region", "eu")
        .containsEntry("content-type", "application/json")
        .doesNotContainKey("ce_datacontenttype");
    assertThat(new String(record.key(), UTF_8)).isEqualTo("u1");
  }

  @Test
  void anEnvelopeIsOpenedAndItsDataKeptAsSent() throws Exception {
    String data = "{ \"event_id\" : \"own\", \"event_time\":1769847300250,\n \"user_id\":\"ü\" }";
    HttpResponse<String> response = post(ENVELOPE, envelope("structured-1", data));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    ConsumerRecord<byte[], byte[]> record = recordOf(response, 0);
    assertThat(new String(record.value(), UTF_8))
        .isEqualTo("{\"type\":\"view\"," + data.substring(1));
    assertThat(headers(record)).containsEntry("ce_id", "structured-1").containsEntry("ce_n", "7");
    String base64 = Base64.getEncoder().encodeToString(data.getBytes(UTF_8));
    assertThat(
            post(
                    ENVELOPE,
                    envelope("structured-2", "null")
                        .replace("\"data\":null", "\"data_base64\":\"" + base64 + "\""))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void eachEventOfABatchHasItsOwnResult() throws Exception {
    String good = "{\"user_id\":\"u\"}";
    HttpResponse<String> response =
        post(
            BATCH,
            "["
                + String.join(
                    ",",
                    envelope("b1", good),
                    envelope("b2", good).replace("\"specversion\":\"1.0\",", ""),
                    envelope("b3", "[1]"),
                    envelope("b4", good).replace("\"1.0\"", "\"0.3\""),
                    envelope("b5", good).replace("\"n\":7", "\"datacontenttype\":\"text/xml\""),
                    "7",
                    envelope("b7", good).replace("\"n\":7", "\"id\":\"x\""),
                    envelope("b8", good))
                + "]");
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode body = OpenDoor.body(response);
    assertThat(body.path("receipts").findValuesAsText("index")).containsExactly("0", "7");
    assertThat(body.path("refused").findValuesAsText("reason"))
        .containsExactly(
            "bad-envelope",
            "not-an-object",
            "bad-envelope",
            "bad-envelope",
            "not-an-object",
            "duplicate-key");
    assertThat(post(BATCH, envelope("one", good)).statusCode()).isEqualTo(400);
    assertThat(post(BATCH, "[]").statusCode()).isEqualTo(400);
    assertThat(post(ENVELOPE, "[" + envelope("one", good) + "]").statusCode()).isEqualTo(400);
  }

  @Test
  void hostileEnvelopesAreRefused() throws Exception {
    String deep = "[".repeat(20_000) + "]".repeat(20_000);
    assertThat(reason(post(ENVELOPE, envelope("deep", deep)))).isEqualTo("too-deep");
    assertThat(reason(post(ENVELOPE, envelope("cut", "{\"a\":")))).isEqualTo("malformed-json");
    assertThat(reason(post(ENVELOPE, envelope("line\\n", "{}")))).isEqualTo("bad-envelope");
    assertThat(reason(post(ENVELOPE, envelope("x".repeat(17_000), "{}"))))
        .isEqualTo("bad-envelope");
    byte[] latin = envelope("latin", "{\"user_id\":\"ü\"}").getBytes(ISO_8859_1);
    assertThat(reason(door.post(ENVELOPE, latin))).isEqualTo("invalid-utf8");
    assertThat(door.post("application/json", "[{},{}]".getBytes(UTF_8), "ce-id", "1").statusCode())
        .isEqualTo(400);
  }

  @Test
  void zstdIsInflatedWithinTheSameBounds() throws Exception {
    byte[] event = OpenDoor.event("zstd", "u").getBytes(UTF_8);
    byte[] packed = Zstd.compress(event);
    assertThat(door.post("application/json", packed, "Content-Encoding", "zstd").statusCode())
        .isEqualTo(200);
    byte[] bomb = new byte[50 << 20];
    Arrays.fill(bomb, (byte) ' ');
    assertThat(
            door.post("application/json", Zstd.compress(bomb), "Content-Encoding", "zstd")
                .statusCode())
        .isEqualTo(413);
    for (byte[] broken :
        new byte[][] {Arrays.copyOf(packed, packed.length / 2), {1, 2, 3}, giantWindow()}) {
      assertThat(door.post("application/json", broken, "Content-Encoding", "zstd").statusCode())
          .isEqualTo(400);
    }
  }

  /** A frame's head that asks for a window of 2 GiB. */
  private static byte[] giantWindow() {
    return new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x00, (byte) 0xa8, 1, 0, 0};
  }

  private static String envelope(String id, String data) {
    return "{\"specversion\":\"1.0\",\"id\":\""
        + id
        + "\",\"source\":\"/shop\",\"type\":\"view\",\"time\":\"2026-01-31T08:15:00Z\",\"n\":7,"
        + "\"data\":"
        + data
        + ",\"subject\":\"s\"}";
  }

  private static HttpResponse<String> post(String type, String body) throws Exception {
    return door.post(type, body.getBytes(UTF_8));
  }

  private static String reason(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).isEqualTo(400);
    return OpenDoor.body(response).path("refused").path(0).path("reason").asText();
  }

  private static ConsumerRecord<byte[], byte[]> recordOf(HttpResponse<String> response, int index)
      throws Exception {
    JsonNode receipt = OpenDoor.body(response).path("receipts").path(index);
    return KafkaFixture.records(KafkaFixture.bootstrapServers(), door.stream).stream()
        .filter(record -> record.partition() == receipt.path("shard").asInt())
        .filter(record -> record.offset() == receipt.path("offset").asLong())
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new TreeMap<>();
    record
        .headers()
        .forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
    return headers;
  }
}
