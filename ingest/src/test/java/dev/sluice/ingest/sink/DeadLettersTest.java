package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.table.TableLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.data.Record;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What is no event is kept, whole and once. */
class DeadLettersTest {

  @Test
  void aPoisonRecordIsKeptWithAllItsBytes() throws Exception {
    try (Scene scene = new Scene("poison", 1)) {
      scene.worker("w");
      scene.produce(0, 3);
      byte[] poison = {'{', (byte) 0xff, 0, (byte) 0xc3};
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              scene.stream.name(), 0, "k".getBytes(StandardCharsets.UTF_8), poison);
      record.headers().add("trace", new byte[] {7});
      record.headers().add("trace", null);
      scene.house.producer().send(record).get();
      scene.house.producer().send(new ProducerRecord<>(scene.stream.name(), 0, null, null)).get();
      scene.produce(3, 6);
      scene.awaitCommitted(8);

      List<Record> letters = scene.deadLetters();
      assertThat(letters).hasSize(2);
      Record letter =
          letters.stream().filter(l -> l.getField("_offset").equals(3L)).findFirst().orElseThrow();
      assertThat(letter.getField("reason")).isEqualTo("invalid-utf8");
      assertThat(letter.getField("value")).isEqualTo(ByteBuffer.wrap(poison));
      assertThat(letter.getField("key"))
          .isEqualTo(ByteBuffer.wrap("k".getBytes(StandardCharsets.UTF_8)));
      assertThat((List<?>) letter.getField("headers")).hasSize(2);
      assertThat(scene.rows()).hasSize(6);
      assertThat(scene.verify().problems()).isEmpty();
      assertThat(scene.verify().shards().get(0).deadLetters()).isEqualTo(2);
    }
  }

  @Test
  void whereTablesCommitOneByOneACrashBetweenStoresADeadLetterOnce() throws Exception {
    try (Scene scene = new Scene("between", 1);
        CatalogRelay relay =
            CatalogRelay.oneTableAtATime(
                scene.house.catalogUri(), TableLayout.identifier(scene.stream).name())) {
      SinkWorkers first = scene.worker("a", relay.uri());
      scene.produce(0, 2);
      scene.awaitCommitted(2);
      // The dead letters' commit passes, the rows' commit is never heard of: there the worker dies.
      relay.next(CatalogRelay.Fault.HOLD);
      scene.produce(0, "no event");
      scene.produce(0, Scene.event(2, Instant.now()));
      assertThat(relay.held.await(60, TimeUnit.SECONDS)).isTrue();
      Await.until("the letter is in", () -> scene.deadLetters().size() == 1);
      assertThat(scene.committed()).isEqualTo(2);
      relay.cut();
      first.drop();

      SinkWorkers second = scene.worker("b");
      scene.produce(0, "no event either");
      scene.produce(3, 5);
      scene.awaitCommitted(7);
      assertThat(second.statuses()).hasSize(1);
      assertThat(scene.deadLetters())
          .extracting(letter -> letter.getField("_offset"))
          .containsExactlyInAnyOrder(2L, 4L);
      assertThat(scene.rows()).hasSize(5);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }
}
