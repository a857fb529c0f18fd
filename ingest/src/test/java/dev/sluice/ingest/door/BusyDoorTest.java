package dev.sluice.ingest.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.Health;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class BusyDoorTest {
  /** A log that takes a record only when it is let. */
  private static final class HeldLog extends MockProducer<byte[], byte[]> {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch let = new CountDownLatch(1);

    HeldLog() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      entered.countDown();
      try {
        if (!let.await(30, TimeUnit.SECONDS)) {
          throw new IllegalStateException("never let");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return super.send(record, callback);
    }
  }

  /** A log that answers when it is told to, if ever. */
  private static final class SilentLog extends MockProducer<byte[], byte[]> {
    final CountDownLatch sent;

    SilentLog(int records) {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
      sent = new CountDownLatch(records);
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
  void aFullQueueTurnsAwayWhatItCannotHoldAndLosesNothingItTook() throws Exception {
    HeldLog log = new HeldLog();
    try (OpenDoor door = OpenDoor.on(log, "senders: 1\nqueue: 1\n")) {
      List<CompletableFuture<HttpResponse<String>>> requests = new ArrayList<>();
      requests.add(async(door, "first"));
      assertThat(log.entered.await(60, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 6; i++) {
        requests.add(async(door, "more-" + i));
      }
      // All but the one at work and the one in the queue are answered while the log is held.
      List<HttpResponse<String>> early = firstDone(requests, 5);
      for (HttpResponse<String> response : early) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
        assertThat(OpenDoor.body(response).path("error").path("type").asText()).isEqualTo("busy");
      }
      log.let.countDown();
      int taken = 0;
      for (CompletableFuture<HttpResponse<String>> request : requests) {
        taken += request.get(60, TimeUnit.SECONDS).statusCode() == 200 ? 1 : 0;
      }
      assertThat(taken).isEqualTo(2);
      assertThat(log.history()).hasSize(2);
    }
  }

  @Test
  void aLogThatDoesNotAnswerLeavesItsEventsUnknown() throws Exception {
    SilentLog log = new SilentLog(2);
    try (OpenDoor door = OpenDoor.on(log, "answer-patience: 500ms\n")) {
      HttpResponse<String> response =
          door.lines(OpenDoor.event("a", "u"), OpenDoor.event("b", "u"), "{}");
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
      JsonNode body = OpenDoor.body(response);
      assertThat(body.path("accepted").asInt()).isZero();
      assertThat(body.path("refused").findValuesAsText("reason"))
          .containsExactly("unknown", "unknown", "missing-field");
      assertThat(door.count("received")).isEqualTo(3);
      assertThat(door.count("unknown")).isEqualTo(2);
      assertThat(door.count("refused")).isEqualTo(1);
      HttpResponse<String> health =
          door.send(HttpRequest.newBuilder(door.door.uri().resolve("/v1/streams")));
      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(door.door.state()).isInstanceOf(Health.Down.class);
    }
  }

  @Test
  void whatTheLogConfirmedIsAcceptedAndTheRestUnknown() throws Exception {
    SilentLog log = new SilentLog(2);
    try (OpenDoor door = OpenDoor.on(log, "")) {
      CompletableFuture<HttpResponse<String>> request = async(door, "a", "b");
      assertThat(log.sent.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(log.completeNext()).isTrue();
      assertThat(log.errorNext(new TimeoutException("expired"))).isTrue();
      HttpResponse<String> response = request.get(60, TimeUnit.SECONDS);
      assertThat(response.statusCode()).isEqualTo(200);
      JsonNode body = OpenDoor.body(response);
      assertThat(body.path("accepted").asInt()).isEqualTo(1);
      assertThat(body.path("receipts").get(0).path("index").asInt()).isZero();
      assertThat(body.path("refused").get(0).path("reason").asText()).isEqualTo("unknown");
      assertThat(body.path("refused").get(0).path("index").asInt()).isEqualTo(1);
    }
  }

  @Test
  void aStopWaitsForTheRequestUnderWay() throws Exception {
    HeldLog log = new HeldLog();
    try (OpenDoor door = OpenDoor.on(log, "")) {
      CompletableFuture<HttpResponse<String>> request = async(door, "a");
      assertThat(log.entered.await(60, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(door::close);
      assertThat(stopped).isNotDone();
      log.let.countDown();
      assertThat(request.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      stopped.get(30, TimeUnit.SECONDS);
      assertThat(log.closed()).isTrue();
    }
  }

  private static CompletableFuture<HttpResponse<String>> async(OpenDoor door, String... ids) {
    List<String> events = new ArrayList<>();
    for (String id : ids) {
      events.add(OpenDoor.event(id, "u"));
    }
    return door.http.sendAsync(
        door.request(door.events())
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(String.join("\n", events)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static List<HttpResponse<String>> firstDone(
      List<CompletableFuture<HttpResponse<String>>> requests, int count) throws Exception {
    CountDownLatch done = new CountDownLatch(count);
    for (CompletableFuture<HttpResponse<String>> request : requests) {
      var unused = request.thenRun(done::countDown);
    }
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    return requests.stream()
        .filter(CompletableFuture::isDone)
        .map(CompletableFuture::join)
        .toList();
  }
}
