package dev.sluice.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Calls that cannot be taken, or not whole: what their sender is told. */
class PartlyTakenCallsTest {
  private static final String JSON = "application/json";
  private static final Stream ORDERS =
      new Stream(
          "orders",
          List.of(new Field("order_id", FieldType.STRING, true)),
          Optional.of("order_id"),
          Optional.empty(),
          1);
  private static final String WEBHOOKS =
      """
      webhooks:
        shop:
          verify: {by: path}
          secrets: [s]
          max-events: 5
          max-mapped: 1KiB
          map: {stream: orders, fields: {order_id: {from: "json:/id"}}}
      """;
  private static final String PLACE = "/v1/hooks/shop/s";

  private static MockProducer<byte[], byte[]> log(Boolean answersItself) {
    return new MockProducer<>(
        answersItself, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Test
  void aCallWhoseStreamIsGoneIsToBeSentAgain() throws Exception {
    Streams all = Streams.of(List.of(ORDERS));
    AtomicReference<Streams> now = new AtomicReference<>(all);
    try (MockProducer<byte[], byte[]> log = log(true);
        CalledDoor door = CalledDoor.on(log, WEBHOOKS, Streams.following(now::get))) {
      now.set(all.without(List.of("orders")));
      HttpResponse<String> gone = door.post(PLACE, JSON, "{\"id\":\"a\"}");
      assertThat(gone.statusCode()).isEqualTo(503);
      assertThat(gone.body()).contains("the stream orders is gone");
      assertThat(gone.headers().firstValue("Retry-After")).isPresent();
      assertThat(log.history()).isEmpty();
      now.set(all);
      assertThat(door.post(PLACE, JSON, "{\"id\":\"a\"}").statusCode()).isEqualTo(200);
      assertThat(log.history()).hasSize(1);
    }
  }

  @Test
  void aCallThatGrowsBeyondItsBoundsIsRefusedWhole() throws Exception {
    try (MockProducer<byte[], byte[]> log = log(true);
        CalledDoor door = CalledDoor.on(log, WEBHOOKS, Streams.of(List.of(ORDERS)))) {
      HttpResponse<String> many = door.post(PLACE, JSON, orders(6));
      assertThat(many.statusCode()).isEqualTo(413);
      assertThat(many.body()).contains("more than 5 events");
      String query = "?note=" + "x".repeat(300);
      HttpResponse<String> large = door.post(PLACE + query, JSON, orders(5));
      assertThat(large.statusCode()).isEqualTo(413);
      assertThat(large.body()).contains("more than 1024 bytes");
      assertThat(log.history()).isEmpty();
      assertThat(door.post(PLACE + query, JSON, orders(2)).statusCode()).isEqualTo(200);
      assertThat(door.post(PLACE, JSON, orders(5)).statusCode()).isEqualTo(200);
      assertThat(log.history()).hasSize(7);
    }
  }

  @Test
  void aCallTheLogTookInPartIsToBeSentAgain() throws Exception {
    try (MockProducer<byte[], byte[]> log = log(false);
        CalledDoor door = CalledDoor.on(log, WEBHOOKS, Streams.of(List.of(ORDERS)))) {
      Thread half =
          new Thread(
              () -> {
                eventually(log::completeNext);
                eventually(() -> log.errorNext(new TimeoutException("x")));
              });
      half.start();
      HttpResponse<String> partly = door.post(PLACE, JSON, orders(2));
      half.join();
      assertThat(partly.statusCode()).as(partly.body()).isEqualTo(503);
      assertThat(partly.headers().firstValue("Retry-After")).isPresent();
      Thread well = new Thread(() -> eventually(log::completeNext));
      well.start();
      HttpResponse<String> wrong = door.post(PLACE, JSON, "[{\"id\":\"a\"},{}]");
      well.join();
      assertThat(wrong.statusCode()).as("sent again it is as wrong").isEqualTo(400);
      assertThat(wrong.body()).contains("missing-field");
    }
  }

  private static String orders(int count) {
    StringBuilder all = new StringBuilder("[");
    for (int i = 0; i < count; i++) {
      all.append(i == 0 ? "" : ",").append("{\"id\":\"").append(i).append("\"}");
    }
    return all.append(']').toString();
  }

  private static void eventually(BooleanSupplier attempt) {
    long end = System.nanoTime() + 30_000_000_000L;
    while (!attempt.getAsBoolean() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
