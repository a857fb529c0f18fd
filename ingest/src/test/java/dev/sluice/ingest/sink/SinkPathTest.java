package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Health;
import dev.sluice.ingest.ledger.Verification;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.data.Record;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Events go in at the log and come out as rows, and what cannot go on says so. */
class SinkPathTest {

  @Test
  void whatIsProducedIsInTheTableOnceAndVerifies() throws Exception {
    try (Scene scene = new Scene("path", 3)) {
      SinkWorkers workers = scene.worker("w");
      scene.produce(0, 3_000);
      scene.awaitCommitted(3_000);
      scene.produce(3_000, 3_500);
      scene.awaitCommitted(3_500);

      assertThat(ids(scene.rows())).hasSize(3_500);
      Verification verification = scene.verify();
      assertThat(verification.problems()).isEmpty();
      assertThat(verification.rows()).isEqualTo(3_500);
      assertThat(verification.notCompared()).isEmpty();
      assertThat(workers.statuses().get(0).shards()).hasSize(3);
      assertThat(scene.health.well()).isTrue();
      assertThat(scene.registry.get("sluice.sink.rows").counter().count()).isEqualTo(3_500);
    }
  }

  @Test
  void stoppingCommitsWhatIsPending() throws Exception {
    try (Scene scene = new Scene("drain", 1)) {
      SinkWorkers first = scene.worker("w");
      scene.produce(0, 10);
      scene.awaitCommitted(10);
      scene.produce(10, 20);
      Await.until(
          "the worker has read", () -> first.statuses().get(0).shards().get(0).nextOffset() == 20);
      first.stop();
      assertThat(scene.committed()).isEqualTo(20);
    }
  }

  @Test
  void anUndeclaredFieldIsKeptAndASnapshotSaysWhatItTook() throws Exception {
    try (Scene scene = new Scene("extra", 1)) {
      scene.worker("w");
      scene.produce(0, 5);
      scene.awaitCommitted(5);
      assertThat(scene.rows())
          .allSatisfy(
              row ->
                  assertThat(((Map<?, ?>) row.getField("_extra")).keySet().toString())
                      .isEqualTo("[colour]"));
      Snapshot snapshot = scene.table().currentSnapshot();
      assertThat(snapshot.summary()).containsEntry("sluice.worker", "w-1");
      assertThat(snapshot.summary().get("sluice.days"))
          .contains(LocalDate.now(ZoneOffset.UTC).toString());
      String key = scene.progress().keySet().iterator().next().propertyKey();
      assertThat(snapshot.summary().get(key)).contains("to=5");
    }
  }

  @Test
  void anImplausibleEventTimeIsFlaggedAndFiledUnderTheDayOfReceipt() throws Exception {
    try (Scene scene = new Scene("clocks", 1)) {
      scene.worker("w");
      Instant now = Instant.now();
      scene.produce(0, Scene.event(0, now.minus(Duration.ofDays(400))));
      scene.produce(0, Scene.event(1, now.plus(Duration.ofHours(3))));
      scene.produce(0, Scene.event(2, now.minus(Duration.ofDays(3))));
      scene.awaitCommitted(3);
      for (Record row : scene.rows()) {
        boolean late = row.getField("event_id").equals("e2");
        assertThat(row.getField("_time_flagged")).isEqualTo(!late);
        OffsetDateTime filed = (OffsetDateTime) row.getField("_time");
        assertThat(filed).isEqualTo(row.getField(late ? "event_time" : "_received_at"));
      }
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void transactionMarkersAndAbortedRecordsAreCounted() throws Exception {
    try (Scene scene = new Scene("txn", 1);
        KafkaProducer<byte[], byte[]> producer =
            scene.house.newProducer(Map.of("transactional.id", scene.stream.name()))) {
      scene.worker("w");
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(scene.record(0, Scene.event(0, Instant.now()))).get();
      producer.send(scene.record(0, Scene.event(1, Instant.now()))).get();
      producer.commitTransaction();
      producer.beginTransaction();
      producer.send(scene.record(0, Scene.event(2, Instant.now()))).get();
      producer.flush();
      producer.abortTransaction();
      scene.awaitCommitted(5);
      assertThat(scene.progress().values())
          .singleElement()
          .satisfies(
              progress -> {
                assertThat(progress.totals().rows()).isEqualTo(2);
                assertThat(progress.totals().controlRecords()).isEqualTo(3);
              });
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void whatStillWaitsInTheLogIsSaid() throws Exception {
    try (Scene scene = new Scene("waiting", 1)) {
      SinkWorkers workers = scene.worker("w");
      scene.produce(0, 7);
      scene.awaitCommitted(7);
      workers.stop();
      scene.produce(7, 10);

      assertThat(scene.verify().problems()).isEmpty();
      assertThat(scene.verify().notCompared())
          .containsExactly("shard 0 from offset 7: 3 more in the log, not yet in the table");
    }
  }

  @Test
  void aTopicMadeAnewHasAProgressOfItsOwn() throws Exception {
    try (Scene scene = new Scene("anew", 1)) {
      SinkWorkers workers = scene.worker("w");
      scene.produce(0, 7);
      scene.awaitCommitted(7);
      scene.house.admin().deleteTopics(List.of(scene.stream.name())).all().get();
      scene.createTopic();
      scene.produce(7, 12);
      scene.awaitCommitted(12);
      assertThat(scene.progress()).hasSize(2);
      assertThat(ids(scene.rows())).hasSize(12);
      Verification verification = scene.verify();
      assertThat(verification.problems()).isEmpty();
      assertThat(verification.notCompared()).isNotEmpty();
      // The group may still be taking the old topic's shard away.
      Await.until("one shard is owned", () -> workers.statuses().get(0).shards().size() == 1);
    }
  }

  @Test
  void aLogTrimmedBeneathTheTableIsAGapAndOthersGoOn() throws Exception {
    try (Scene scene = new Scene("trimmed", 2)) {
      SinkWorkers first = scene.worker("a");
      scene.produce(0, 20);
      scene.awaitCommitted(20);
      first.stop();
      scene.produce(20, 40);
      scene
          .house
          .admin()
          .deleteRecords(
              Map.of(new TopicPartition(scene.stream.name(), 0), RecordsToDelete.beforeOffset(15)))
          .all()
          .get();
      SinkWorkers second = scene.worker("b");
      scene.awaitCommitted(30);
      Await.until("health says so", () -> !scene.health.well());
      assertThat(((Health.Down) scene.health.report().get("sink")).why())
          .contains("offsets [10, 15)")
          .contains("gone from the log");
      assertThat(second.statuses().get(0).shards())
          .extracting(WorkerStatus.ShardStatus::state)
          .containsExactlyInAnyOrder("stopped", "reading");
      assertThat(scene.committed()).isEqualTo(30);
    }
  }

  @Test
  void aTableThatWasRolledBackStopsItsShards() throws Exception {
    try (Scene scene = new Scene("rollback", 1)) {
      SinkWorkers workers = scene.worker("w");
      scene.produce(0, 10);
      scene.awaitCommitted(10);
      long early = scene.table().currentSnapshot().snapshotId();
      scene.produce(10, 20);
      scene.awaitCommitted(20);
      scene.table().manageSnapshots().rollbackTo(early).commit();
      scene.produce(20, 30);
      Await.until("health says so", () -> !scene.health.well());
      assertThat(workers.statuses().get(0).shards().get(0).why().orElseThrow())
          .contains("rolled back");
      assertThat(scene.committed()).isEqualTo(20);
      assertThat(scene.verify().problems())
          .extracting(Verification.Problem::kind)
          .contains("history", "missing-offsets", "row-count");
    }
  }

  static Set<String> ids(List<Record> rows) {
    Set<String> ids =
        rows.stream().map(row -> row.getField("event_id").toString()).collect(Collectors.toSet());
    assertThat(ids).as("no event twice").hasSize(rows.size());
    return ids;
  }
}
