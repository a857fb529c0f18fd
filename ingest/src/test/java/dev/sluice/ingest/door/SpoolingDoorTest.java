package dev.sluice.ingest.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.Health;
import dev.sluice.ingest.sink.Await;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class SpoolingDoorTest {
  /** A log that is away, or not. */
  private static final class Log extends MockProducer<byte[], byte[]> {
    volatile boolean away = true;

    Log() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (away) {
        throw new TimeoutException("the log is away");
      }
      return super.send(record, callback);
    }
  }

  @Test
  void whatTheLogDoesNotTakeWaitsAndComesInOrder() throws Exception {
    Log log = new Log();
    try (OpenDoor door = OpenDoor.on(log, "spool: 1MiB\n")) {
      for (int i = 0; i < 5; i++) {
        HttpResponse<String> response = door.lines(OpenDoor.event("e" + i, "u"), "{}");
        assertThat(response.statusCode()).isEqualTo(202);
        JsonNode body = OpenDoor.body(response);
        assertThat(body.path("accepted").asInt()).isEqualTo(1);
        assertThat(body.path("receipts").path(0).path("durability").asText()).isEqualTo("spooled");
        assertThat(body.path("refused").path(0).path("reason").asText()).isEqualTo("missing-field");
      }
      assertThat(door.door.state()).isInstanceOf(Health.Down.class);
      assertThat(door.count("spooled")).isEqualTo(5);
      log.away = false;
      Await.until("the spool is replayed", () -> log.history().size() == 5);
      assertThat(ids(log)).containsExactly("e0", "e1", "e2", "e3", "e4");
      Await.until("events go straight to the log", () -> status(door) == 200);
      assertThat(door.door.state()).isInstanceOf(Health.Up.class);
    }
  }

  @Test
  void aFullSpoolTurnsAwayAndLosesNothingItHas() throws Exception {
    Log log = new Log();
    try (OpenDoor door = OpenDoor.on(log, "spool: 1KiB\n")) {
      int taken = 0;
      while (status(door) == 202) {
        taken++;
      }
      assertThat(taken).isBetween(2, 10);
      assertThat(status(door)).isEqualTo(503);
      log.away = false;
      int all = taken;
      Await.until("the spool is replayed", () -> log.history().size() == all);
    }
  }

  private static int status(OpenDoor door) throws Exception {
    return door.json(OpenDoor.event("more", "u")).statusCode();
  }

  private static List<String> ids(Log log) {
    return log.history().stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .map(text -> text.replaceAll(".*\"event_id\":\"([^\"]*)\".*", "$1"))
        .toList();
  }
}
