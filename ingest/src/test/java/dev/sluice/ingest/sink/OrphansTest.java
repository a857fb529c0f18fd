package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.protocol.Counts;
import dev.sluice.ingest.protocol.Interval;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.table.CommitOutcome;
import dev.sluice.ingest.table.EventTimes;
import dev.sluice.ingest.table.FileMerger;
import dev.sluice.ingest.table.IntervalBatch;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableCommit;
import dev.sluice.ingest.table.TableLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.junit.jupiter.api.Test;

/** What a commit that is refused leaves behind in the store. */
class OrphansTest {

  private static final long TARGET = 8 << 20;

  @Test
  void filesOfAMergeThatCameTooLateAreDeleted() throws Exception {
    try (Scene scene = new Scene("latemerge", 1);
        CatalogRelay relay = relay(scene);
        LakeConnection slow =
            new LakeConnection(relay.uri(), Optional.empty(), Duration.ofSeconds(30))) {
      SinkWorkers worker = scene.worker("w");
      scene.produce(0, Scene.event(0, Instant.now().minus(Duration.ofDays(3))));
      scene.awaitCommitted(1);
      worker.drop();
      TableIdentifier table = TableLayout.identifier(scene.stream);
      relay.next(CatalogRelay.Fault.HOLD);
      CompletableFuture<?> late =
          CompletableFuture.supplyAsync(
              () -> new FileMerger(slow, TARGET, UUID::randomUUID).sortOut(table));
      assertThat(relay.held.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(new FileMerger(scene.house.lake(), TARGET, UUID::randomUUID).sortOut(table))
          .hasSize(1);
      relay.letGo.countDown();
      assertThat(late)
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableOfType(ExecutionException.class);
      assertThat(stored(scene.table())).isEqualTo(named(scene.table()));
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void filesOfAnIntervalThatAnotherWorkerWasFasterWithAreDeleted() throws Exception {
    try (Scene scene = new Scene("faster", 1);
        CatalogRelay relay = relay(scene)) {
      scene.worker("z", relay.uri());
      scene.produce(0, 20);
      scene.awaitCommitted(20);
      relay.next(CatalogRelay.Fault.HOLD);
      scene.produce(20, 50);
      assertThat(relay.held.await(20, TimeUnit.SECONDS)).isTrue();
      passOver(scene, 20, 25);
      relay.letGo.countDown();
      scene.awaitCommitted(50);
      assertThat(scene.rows()).hasSize(45);
      assertThat(stored(scene.table())).isEqualTo(named(scene.table()));
    }
  }

  @Test
  void filesOfACommitWhoseAnswerWasLostAreKept() throws Exception {
    try (Scene scene = new Scene("kept", 1);
        CatalogRelay relay = relay(scene)) {
      scene.worker("z", relay.uri());
      scene.produce(0, 20);
      scene.awaitCommitted(20);
      relay.next(CatalogRelay.Fault.LAND_LATE);
      scene.produce(20, 50);
      assertThat(relay.held.await(20, TimeUnit.SECONDS)).isTrue();
      scene.awaitCommitted(50);
      relay.letGo.countDown();
      assertThat(stored(scene.table())).containsAll(named(scene.table()));
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  private static CatalogRelay relay(Scene scene) throws Exception {
    return new CatalogRelay(scene.house.catalogUri(), TableLayout.identifier(scene.stream).name());
  }

  /** As another worker would that takes these offsets for transaction markers. */
  private static void passOver(Scene scene, long from, long to) {
    LogShard shard = scene.progress().keySet().iterator().next();
    Counts markers = new Counts(0, 0, 0, 0, to - from, 0);
    CommitOutcome outcome =
        new TableCommit(scene.house.lake(), 3, attempt -> true)
            .commit(
                TableLayout.identifier(scene.stream),
                new IntervalBatch(
                    "other",
                    List.of(new Interval(shard, from, to, markers)),
                    List.of(),
                    new TreeSet<>(),
                    EventTimes.none()));
    assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
  }

  private static Set<String> stored(Table table) {
    Set<String> files = new HashSet<>();
    for (FileInfo file :
        ((SupportsPrefixOperations) table.io()).listPrefix(table.location() + "/data")) {
      files.add(file.location());
    }
    return files;
  }

  private static Set<String> named(Table table) throws Exception {
    Set<String> files = new HashSet<>();
    for (Snapshot snapshot : table.snapshots()) {
      try (CloseableIterable<FileScanTask> tasks =
          table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
        tasks.forEach(task -> files.add(task.file().location()));
      }
    }
    return files;
  }
}
