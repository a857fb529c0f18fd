package dev.sluice.ingest.door;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.ByteSize;
import io.vertx.core.buffer.Buffer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class IdempotencyTest {
  private static final String EVENT = OpenDoor.event("a", "u");

  /** A log that answers when it is told to. */
  private static final class PausedLog extends MockProducer<byte[], byte[]> {
    final CountDownLatch sent = new CountDownLatch(1);

    PausedLog() {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      Future<RecordMetadata> handed = super.send(record, callback);
      sent.countDown();
      return handed;
    }
  }

  @Test
  void aRepeatedRequestHasTheSameAnswerAndIsAppendedOnce() throws Exception {
    MockProducer<byte[], byte[]> log = log();
    try (OpenDoor door = OpenDoor.on(log, "")) {
      HttpResponse<String> first = send(door, "k1", EVENT);
      HttpResponse<String> again = send(door, "k1", EVENT);
      assertThat(again.statusCode()).isEqualTo(200);
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
      assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
      assertThat(send(door, "k1", OpenDoor.event("b", "u")).statusCode()).isEqualTo(422);
      assertThat(log.history()).hasSize(1);
      assertThat(send(door, "k2", EVENT).statusCode()).isEqualTo(200);
      assertThat(log.history()).hasSize(2);
      assertThat(send(door, "x".repeat(256), EVENT).statusCode()).isEqualTo(400);
      String large = (EVENT + "\n").repeat(4_000);
      HttpResponse<String> many =
          door.post("application/x-ndjson", large.getBytes(UTF_8), "Idempotency-Key", "k3");
      assertThat(
              door.post("application/x-ndjson", large.getBytes(UTF_8), "Idempotency-Key", "k3")
                  .body())
          .isEqualTo(many.body());
      assertThat(log.history()).hasSize(4_002);
    }
  }

  @Test
  void whatFailedMayBeTriedAgainUnderItsKey() throws Exception {
    MockProducer<byte[], byte[]> log = log();
    try (OpenDoor door = OpenDoor.on(log, "")) {
      log.sendException = new IllegalStateException("no log");
      assertThat(send(door, "k", EVENT).statusCode()).isEqualTo(503);
      log.sendException = null;
      assertThat(send(door, "k", EVENT).statusCode()).isEqualTo(200);
      assertThat(log.history()).hasSize(1);
    }
  }

  @Test
  void oneUnderWayIsNotBegunTwice() throws Exception {
    PausedLog log = new PausedLog();
    try (OpenDoor door = OpenDoor.on(log, "")) {
      CompletableFuture<HttpResponse<String>> first =
          door.http.sendAsync(request(door, "k", EVENT).build(), ofString());
      assertThat(log.sent.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(send(door, "k", EVENT).statusCode()).isEqualTo(409);
      assertThat(log.completeNext()).isTrue();
      assertThat(first.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(send(door, "k", EVENT).body()).isEqualTo(first.join().body());
      assertThat(log.history()).hasSize(1);
    }
  }

  @Test
  void theOldestAreForgottenForFurtherOnesAndAllAfterTheWindow() {
    Instant now = Instant.parse("2026-01-31T08:15:00Z");
    AnsweredRequests requests =
        new AnsweredRequests(
            new IdempotencySettings(Duration.ofMinutes(1), 10, new ByteSize(1_000)));
    for (int i = 0; i < 50; i++) {
      AnsweredRequests.Name name = new AnsweredRequests.Name("w", "s", "k" + i);
      assertThat(requests.begin(name, "d", now)).isEqualTo(new AnsweredRequests.First());
      requests.answered(name, 200, Buffer.buffer("x".repeat(i < 40 ? 10 : 300)), now);
    }
    assertThat(requests.size()).isEqualTo(3);
    AnsweredRequests.Name last = new AnsweredRequests.Name("w", "s", "k49");
    assertThat(requests.begin(last, "d", now)).isInstanceOf(AnsweredRequests.Repeated.class);
    assertThat(requests.begin(last, "d", now.plusSeconds(60)))
        .isEqualTo(new AnsweredRequests.First());
  }

  private static MockProducer<byte[], byte[]> log() {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static HttpResponse.BodyHandler<String> ofString() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private static HttpRequest.Builder request(OpenDoor door, String key, String event) {
    return door.request(door.events())
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", key)
        .POST(HttpRequest.BodyPublishers.ofString(event));
  }

  private static HttpResponse<String> send(OpenDoor door, String key, String event)
      throws Exception {
    return door.send(request(door, key, event));
  }
}
