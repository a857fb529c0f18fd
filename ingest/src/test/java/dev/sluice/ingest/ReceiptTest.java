package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ingest.RunningIngest.Run;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.sink.House;
import dev.sluice.ingest.table.TableProgress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Receipts, from the answer that gives them to the snapshot that has the event. */
class ReceiptTest {
  private static final TableIdentifier TABLE = TableIdentifier.of("raw", "receipt_clicks");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path data;

  @Test
  void aReceiptLeadsToTheSnapshotTheLetterOrTheRepeat() throws Exception {
    House house = House.open();
    Path settings =
        Files.writeString(
            data.resolve("ingest.yaml"),
            """
            streams:
              receipt-clicks:
                id: click
                shards: 1
                fields: [{name: click, required: true}]
            """);
    try (RunningIngest ingest = RunningIngest.start(data, house, settings)) {
      String row = send(ingest, "{\"click\":\"a\"}");
      assertThat(row).isEqualTo("receipt-clicks-0-0");
      String repeat = send(ingest, "{\"click\":\"a\"}");
      sendBroken();
      Await.until("all are read", () -> offsets(house) == 3);

      JsonNode visible = receipt(ingest, row);
      assertThat(visible.path("status").asText()).isEqualTo("visible");
      assertThat(visible.path("table").asText()).endsWith("raw.receipt_clicks");
      long snapshot = visible.path("snapshot").asLong();
      assertThat(house.lake().load(TABLE).snapshot(snapshot)).isNotNull();
      assertThat(receipt(ingest, repeat).path("status").asText()).isEqualTo("duplicate");
      JsonNode letter = receipt(ingest, "receipt-clicks-0-2");
      assertThat(letter.path("status").asText()).isEqualTo("dead-letter");
      assertThat(letter.path("reason").asText()).isEqualTo("malformed-json");

      assertThat(answer(ingest, "receipt-clicks-0-3").statusCode()).isEqualTo(404);
      assertThat(answer(ingest, "receipt-clicks-7-0").body()).contains("has 1 shards");
      assertThat(answer(ingest, "receipt-click-0-0").body()).contains("did you mean");
      assertThat(answer(ingest, "receipt-clicks").statusCode()).isEqualTo(400);

      Run found = RunningIngest.run(data, "receipt", row);
      assertThat(found.exit()).as(found.err()).isZero();
      assertThat(found.out()).startsWith(row + ": visible in ").contains("snapshot " + snapshot);
      assertThat(RunningIngest.run(data, "receipt", "receipt-clicks-0-9").exit()).isEqualTo(1);
      assertThat(RunningIngest.run(data, "receipt", "nonsense").exit()).isEqualTo(2);
    }
  }

  private static String send(RunningIngest ingest, String event) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(ingest.door().resolve("/v1/streams/receipt-clicks/events"))
                .header("Authorization", "Bearer key")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(event))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return json(answer).path("receipts").path(0).path("receipt").asText();
  }

  private static void sendBroken() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", KafkaFixture.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>("receipt-clicks", 0, null, new byte[] {'{'})).get();
    }
  }

  private static long offsets(House house) {
    return house
        .lake()
        .find(TABLE)
        .map(
            table -> TableProgress.of(table).values().stream().mapToLong(p -> p.nextOffset()).sum())
        .orElse(0L);
  }

  private static JsonNode receipt(RunningIngest ingest, String receipt) throws Exception {
    HttpResponse<String> answer = answer(ingest, receipt);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  private static HttpResponse<String> answer(RunningIngest ingest, String receipt)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(ingest.door().resolve("/v1/receipts/" + receipt)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return new ObjectMapper().readTree(answer.body());
  }
}
