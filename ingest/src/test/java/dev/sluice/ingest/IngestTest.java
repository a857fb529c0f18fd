package dev.sluice.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ingest.log.EmbeddedBroker;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.produce.Shop;
import dev.sluice.ingest.produce.Span;
import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.stream.Streams;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long IDLE_HEAP = 64L << 20;

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir Path data;

  @Test
  void whatWasAcknowledgedSurvivesAKilledBroker() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("whatWasAcknowledgedSurvivesAKilledBroker seed " + seed);
    Random random = new Random(seed);
    Iterator<String> events =
        new Shop().iterator(seed, 100_000, Span.day(LocalDate.of(2026, 1, 31)));
    Map<String, String> acknowledged = new HashMap<>();
    for (int life = 0; life < 2; life++) {
      try (IngestProcess child = IngestProcess.start(data)) {
        for (int batch = 5 + random.nextInt(20); batch > 0; batch--) {
          sendAndNote(child.door(), next(events, 1 + random.nextInt(100)), acknowledged);
        }
        // This one is under way when the child dies; its answer, if any, counts.
        List<String> last = next(events, 100);
        CompletableFuture<HttpResponse<String>> underWay = post(child.door(), last);
        child.kill();
        noteIfAnswered(underWay, last, acknowledged);
      }
    }
    assertThat(acknowledged).isNotEmpty();
    EmbeddedBroker broker = new EmbeddedBroker(data.resolve("log"), 0);
    try {
      broker.start();
      Map<String, String> held = new HashMap<>();
      for (ConsumerRecord<byte[], byte[]> record :
          KafkaFixture.records(
              broker.bootstrapServers(), Streams.shipped().find("app-events").orElseThrow())) {
        held.put(record.partition() + "@" + record.offset(), new String(record.value(), UTF_8));
      }
      assertThat(held).containsAllEntriesOf(acknowledged);
    } finally {
      broker.stop();
    }
  }

  @Test
  void idleItHoldsLittle() throws Exception {
    try (IngestProcess child = IngestProcess.start(data)) {
      AtomicLong least = new AtomicLong(Long.MAX_VALUE);
      // A broker goes on for a while after its start: what it holds then is not what it holds idle.
      Await.until(
          "idle log and door hold less than " + IDLE_HEAP,
          Duration.ofSeconds(30),
          () -> least.accumulateAndGet(child.heapInUse(), Math::min) < IDLE_HEAP);
      System.out.println("idle heap of log and door: " + (least.get() >> 20) + " MiB");
    }
  }

  private void sendAndNote(URI door, List<String> batch, Map<String, String> acknowledged)
      throws Exception {
    note(post(door, batch).get(60, TimeUnit.SECONDS), batch, acknowledged);
  }

  private static void noteIfAnswered(
      CompletableFuture<HttpResponse<String>> request,
      List<String> batch,
      Map<String, String> acknowledged)
      throws Exception {
    try {
      note(request.get(60, TimeUnit.SECONDS), batch, acknowledged);
    } catch (ExecutionException nobodyAnswered) {
      assertThat(nobodyAnswered).isNotNull();
    }
  }

  private static void note(
      HttpResponse<String> response, List<String> batch, Map<String, String> acknowledged)
      throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    for (JsonNode receipt : JSON.readTree(response.body()).path("receipts")) {
      String place = receipt.path("shard").asText() + "@" + receipt.path("offset").asText();
      String before = acknowledged.put(place, batch.get(receipt.path("index").asInt()));
      assertThat(before).as("an offset given out twice: " + place).isNull();
    }
  }

  private CompletableFuture<HttpResponse<String>> post(URI door, List<String> batch) {
    return http.sendAsync(
        HttpRequest.newBuilder(door.resolve("/v1/streams/app-events/events"))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + IngestProcess.KEY)
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(String.join("\n", batch)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static List<String> next(Iterator<String> events, int count) {
    List<String> batch = new ArrayList<>();
    while (batch.size() < count && events.hasNext()) {
      batch.add(events.next());
    }
    return batch;
  }
}
