package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.SnapshotBound;
import dev.sluice.ingest.table.TableLayout;
import java.time.Instant;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;

/** Somebody sets a table back whose older snapshots are no longer there to tell. */
class RolledBackTest {

  @Test
  void aShardWhoseOlderSnapshotsHaveExpiredStopsWhenItsLastCommitIsRolledBack() throws Exception {
    try (Scene scene = new Scene("rolledback", 2)) {
      rollBackShardZero(scene);
      SinkWorkers worker = scene.worker("w");
      Await.until(
          "shard 0 stops",
          () ->
              worker.statuses().get(0).shards().stream()
                  .anyMatch(
                      shard ->
                          shard.shard() == 0
                              && shard
                                  .why()
                                  .filter(why -> why.contains("rolled back"))
                                  .isPresent()));
      scene.produce(1, Scene.event(4, Instant.now()));
      Await.until("the other shard goes on", () -> scene.rows().size() == 3);
    }
  }

  @Test
  void nothingOfARolledBackTableExpires() throws Exception {
    try (Scene scene = new Scene("rolledback", 2)) {
      rollBackShardZero(scene);
      long before = snapshots(scene.table());
      LakeConnection lake = scene.house.lake();
      new SnapshotBound(lake, 1).keep(TableLayout.identifier(scene.stream), Instant.now());
      assertThat(snapshots(scene.table())).isEqualTo(before).isGreaterThan(1);
    }
  }

  @Test
  void aRollbackToATagIsSeenThoughTheLastCommitOfTheShardHasExpired() throws Exception {
    try (Scene scene = new Scene("totag", 2)) {
      SinkWorkers before = scene.worker("v");
      int[] shards = {0, 1, 0, 1, 1};
      for (int number = 0; number < shards.length; number++) {
        scene.produce(shards[number], Scene.event(number, Instant.now()));
        scene.awaitCommitted(number + 1);
        if (number == 1) {
          Table table = scene.table();
          long second = table.currentSnapshot().snapshotId();
          table.manageSnapshots().createTag("early", second).commit();
        }
      }
      before.drop();
      Table table = scene.table();
      table
          .expireSnapshots()
          .retainLast(1)
          .expireOlderThan(System.currentTimeMillis() + 1_000)
          .commit();
      table.refresh();
      assertThat(snapshots(table)).isEqualTo(2);
      table.manageSnapshots().setCurrentSnapshot(table.refs().get("early").snapshotId()).commit();
      SinkWorkers worker = scene.worker("w");
      Await.until(
          "both shards stop",
          () ->
              worker.statuses().get(0).shards().stream()
                      .filter(
                          shard ->
                              shard.why().filter(why -> why.contains("rolled back")).isPresent())
                      .count()
                  == 2);
      assertThat(scene.verify().problems()).anyMatch(found -> found.kind().equals("history"));
    }
  }

  /** Its second commit is taken back, and its first is in no snapshot any more. */
  private static void rollBackShardZero(Scene scene) throws Exception {
    SinkWorkers worker = scene.worker("v");
    int[] shards = {0, 1, 0};
    for (int number = 0; number < shards.length; number++) {
      scene.produce(shards[number], Scene.event(number, Instant.now()));
      scene.awaitCommitted(number + 1);
    }
    worker.drop();
    Table table = scene.table();
    table
        .expireSnapshots()
        .retainLast(2)
        .expireOlderThan(System.currentTimeMillis() + 1_000)
        .commit();
    table.refresh();
    long early = table.currentSnapshot().parentId();
    table.manageSnapshots().rollbackTo(early).commit();
  }

  private static long snapshots(Table table) {
    long number = 0;
    for (Snapshot ignored : table.snapshots()) {
      number++;
    }
    return number;
  }
}
