package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.deadletter.LetterFilter;
import dev.sluice.ingest.deadletter.Replay;
import dev.sluice.ingest.deadletter.ReplayReport;
import dev.sluice.ingest.protocol.Counts;
import dev.sluice.ingest.table.TableLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.Test;

/** A dead letter that is an event now becomes a row, once, whatever happens on the way. */
class ReplayTest {

  @Test
  void lettersThatAreEventsNowBecomeRowsAndTheOthersSayWhyNot() throws Exception {
    try (ReplayScene house = new ReplayScene("replay", 1)) {
      Scene scene = house.scene;
      scene.worker("w");
      house.fill();
      ReplayReport rehearsed =
          house.replay(scene.house.lake()).rehearse(house.later, house.filter());
      assertThat(rehearsed.rows()).isEqualTo(2);
      assertThat(scene.deadLetters()).hasSize(3);

      ReplayReport report = house.replay();
      assertThat(report.stopped()).isEmpty();
      assertThat(report.rows()).isEqualTo(2);
      assertThat(report.refused()).isEqualTo(Map.of("malformed-json", 1L));
      assertThat(report.elsewhere() + report.waiting()).isZero();
      assertThat(SinkPathTest.ids(scene.rows())).contains("e100", "e101").hasSize(5);
      Record left = scene.deadLetters().get(0);
      assertThat(scene.deadLetters()).hasSize(1);
      assertThat(left.getField("attempt")).isEqualTo(2);
      assertThat((List<?>) left.getField("attempts")).hasSize(2);
      Counts totals = scene.progress().values().iterator().next().totals();
      assertThat(totals.rows()).isEqualTo(5);
      assertThat(totals.deadLetters()).isEqualTo(1);
      assertThat(scene.verify(house.later).problems()).isEmpty();
      assertThat(scene.verify(house.later).notCompared()).isEmpty();

      assertThat(house.replay().rows()).as("there is nothing left to move").isZero();
      assertThat(scene.deadLetters().get(0).getField("attempt")).isEqualTo(3);
      // The worker never notices.
      scene.produce(3, 10);
      scene.produce(0, "no event");
      scene.awaitCommitted(14);
      assertThat(scene.deadLetters()).hasSize(2);
      assertThat(scene.verify(house.later).problems()).isEmpty();
      assertThat(scene.health.well()).isTrue();
    }
  }

  @Test
  void onlyWhatIsAskedForIsReplayed() throws Exception {
    try (ReplayScene house = new ReplayScene("asked", 1)) {
      house.scene.worker("w");
      house.fill();
      LetterFilter one =
          new LetterFilter(
              Optional.of(house.later.name()), Optional.empty(), Optional.of(0), Optional.of(3L));
      assertThat(house.replay(house.scene.house.lake()).run(house.later, one).rows()).isEqualTo(1);
      LetterFilter reason =
          new LetterFilter(
              Optional.of(house.later.name()),
              Optional.of("missing-field"),
              Optional.empty(),
              Optional.empty());
      ReplayReport report = house.replay(house.scene.house.lake()).run(house.later, reason);
      assertThat(report.matched()).isEqualTo(1);
      assertThat(report.rows()).isEqualTo(1);
      assertThat(house.scene.deadLetters()).hasSize(1);
      assertThat(house.scene.verify(house.later).problems()).isEmpty();
    }
  }

  @Test
  void manyFilesTakeManyCommitsAndManyLettersManyReplays() throws Exception {
    try (ReplayScene house = new ReplayScene("replaymany", 1)) {
      Scene scene = house.scene;
      scene.worker("w");
      for (int file = 0; file < 4; file++) {
        scene.produce(0, ReplayScene.userless(10 * file));
        scene.produce(0, "no event");
        scene.produce(0, ReplayScene.userless(10 * file + 1));
        scene.awaitCommitted(3L * (file + 1));
      }
      scene.house.producer().send(scene.tombstone(0)).get();
      scene.awaitCommitted(13);
      int before = snapshots(scene.table());
      ReplayReport some =
          house
              .replay(scene.house.lake(), new Replay.Bounds(30, 4, 1, 5))
              .run(house.later, house.filter());
      assertThat(some.stopped().orElseThrow()).contains("more than 5 letters");
      assertThat(some.matched()).isEqualTo(5);
      assertThat(snapshots(scene.table()) - before).as("commits").isGreaterThanOrEqualTo(2);
      assertThat(scene.verify(house.later).problems()).isEmpty();

      ReplayReport rest = house.replay();
      assertThat(rest.stopped()).isEmpty();
      assertThat(some.rows() + rest.rows()).isEqualTo(8);
      assertThat(rest.refused()).isEqualTo(Map.of("malformed-json", 4L, "no-value", 1L));
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(8);
      assertThat(scene.deadLetters()).hasSize(5);
      assertThat(scene.verify(house.later).problems()).isEmpty();
    }
  }

  private static int snapshots(Table table) {
    int count = 0;
    for (Snapshot ignored : table.snapshots()) {
      count++;
    }
    return count;
  }

  @Test
  void aReplayLostInTransitIsNeverAppliedTwice() throws Exception {
    try (ReplayScene house = new ReplayScene("replaylost", 1);
        CatalogRelay relay = house.relay()) {
      house.scene.worker("w");
      house.fill();
      relay.next(CatalogRelay.Fault.LOSE_REQUEST);
      relay.next(CatalogRelay.Fault.LOSE_ANSWER);
      ReplayReport report = house.replay(relay.uri());
      assertThat(relay.allHappened()).isTrue();
      assertThat(report.stopped()).isEmpty();
      assertThat(report.rows()).as("the landed commit was recognised").isEqualTo(2);
      assertThat(SinkPathTest.ids(house.scene.rows())).hasSize(5);
      assertThat(house.scene.verify(house.later).problems()).isEmpty();
    }
  }

  @Test
  void aReplayKilledBeforeOrAfterItsCommitCanBeRepeated() throws Exception {
    try (ReplayScene house = new ReplayScene("replaykill", 1);
        CatalogRelay before = house.relay();
        CatalogRelay after = house.relay()) {
      house.scene.worker("w");
      house.fill();
      before.next(CatalogRelay.Fault.HOLD);
      CompletableFuture<ReplayReport> killed =
          CompletableFuture.supplyAsync(() -> house.replay(before.uri()));
      assertThat(before.held.await(60, TimeUnit.SECONDS)).isTrue();
      before.cut();
      assertThat(killed.get(60, TimeUnit.SECONDS).stopped()).isPresent();
      assertThat(house.scene.deadLetters()).hasSize(3);
      assertThat(house.scene.verify(house.later).problems()).isEmpty();

      after.cutAfterNextCommit();
      ReplayReport blind = house.replay(after.uri());
      assertThat(blind.stopped().orElseThrow()).contains("replay again");
      assertThat(house.scene.deadLetters()).hasSize(1);
      assertThat(house.replay().rows()).isZero();
      assertThat(SinkPathTest.ids(house.scene.rows())).hasSize(5);
      assertThat(house.scene.verify(house.later).problems()).isEmpty();
    }
  }

  @Test
  void ofTwoReplaysAtOnceOneMovesALetter() throws Exception {
    try (ReplayScene house = new ReplayScene("replaytwo", 1);
        CatalogRelay relay = house.relay()) {
      house.scene.worker("w");
      house.fill();
      relay.next(CatalogRelay.Fault.HOLD);
      CompletableFuture<ReplayReport> slow =
          CompletableFuture.supplyAsync(() -> house.replay(relay.uri()));
      assertThat(relay.held.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(house.replay().rows()).isEqualTo(2);
      relay.letGo.countDown();
      ReplayReport late = slow.get(60, TimeUnit.SECONDS);
      assertThat(late.rows()).isZero();
      assertThat(late.elsewhere()).isEqualTo(2);
      assertThat(late.refused()).isEqualTo(Map.of("malformed-json", 1L));
      assertThat(SinkPathTest.ids(house.scene.rows())).hasSize(5);
      assertThat(house.scene.verify(house.later).problems()).isEmpty();
    }
  }

  @Test
  void aReplayOvertakenAtAnyLookAtTheLettersMovesThemOnce() throws Exception {
    try (ReplayScene house = new ReplayScene("overtaken", 1);
        CatalogRelay relay = house.relay()) {
      Scene scene = house.scene;
      scene.worker("w");
      house.fill();
      assertThat(house.replay().rows()).isEqualTo(2);
      for (int look = 1; look <= 7; look++) {
        scene.produce(0, ReplayScene.userless(200 + look));
        scene.awaitCommitted(6 + look);
        List<ReplayReport> inBetween = new ArrayList<>();
        relay.atLook("dead_letters", look, () -> inBetween.add(house.replay()));
        long rows = house.replay(relay.uri()).rows();
        rows += inBetween.stream().mapToLong(ReplayReport::rows).sum();
        assertThat(rows).as("overtaken at look %d", look).isEqualTo(1);
        assertThat(scene.deadLetters()).as("overtaken at look %d", look).hasSize(1);
      }
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(5 + 7);
      assertThat(scene.verify(house.later).problems()).isEmpty();
    }
  }

  @Test
  void replaysAndWorkersThatCommitMeanwhileLoseAndDoubleNothing() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (ReplayScene house = new ReplayScene("replaybusy", 2)) {
      Scene scene = house.scene;
      scene.worker("w");
      house.fill();
      CompletableFuture<Void> producing =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = 0; i < 60; i++) {
                    scene.produce(i % 2, ReplayScene.userless(1_000 + i));
                    scene.produce(200 + i, 201 + i);
                    scene.awaitCommitted(6 + i);
                  }
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              threads);
      List<ReplayReport> reports = new ArrayList<>();
      while (!producing.isDone()) {
        CompletableFuture<ReplayReport> other =
            CompletableFuture.supplyAsync(house::replay, threads);
        reports.add(house.replay());
        reports.add(other.get(90, TimeUnit.SECONDS));
      }
      producing.get();
      scene.awaitCommitted(126);
      reports.add(house.replay());
      assertThat(reports).allSatisfy(report -> assertThat(report.stopped()).isEmpty());
      long moved = reports.stream().mapToLong(ReplayReport::rows).sum();
      assertThat(moved).isEqualTo(62);
      assertThat(scene.deadLetters()).hasSize(1);
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(3 + 2 + 60 + 60);
      assertThat(scene.verify(house.later).problems()).isEmpty();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aCatalogWithoutJointCommitsGetsNoReplayAndOneLine() throws Exception {
    try (ReplayScene house = new ReplayScene("replaysingle", 1);
        CatalogRelay relay =
            CatalogRelay.oneTableAtATime(
                house.scene.house.catalogUri(), TableLayout.identifier(house.later).name())) {
      house.scene.worker("w", relay.uri());
      house.fill();
      ReplayReport report = house.replay(relay.uri());
      assertThat(report.stopped().orElseThrow())
          .contains("does not offer commits to several tables")
          .doesNotContain("\n");
      assertThat(report.rows()).isZero();
      assertThat(house.scene.deadLetters()).hasSize(3);
      assertThat(house.scene.verify(house.later).problems()).isEmpty();
    }
  }

  @Test
  void aLetterWhoseIntervalIsNotInYetIsLeftAlone() throws Exception {
    try (ReplayScene house = new ReplayScene("replaywait", 1);
        CatalogRelay relay =
            CatalogRelay.oneTableAtATime(
                house.scene.house.catalogUri(), TableLayout.identifier(house.later).name())) {
      Scene scene = house.scene;
      SinkWorkers worker = scene.worker("w", relay.uri());
      scene.produce(0, 2);
      scene.awaitCommitted(2);
      relay.next(CatalogRelay.Fault.HOLD);
      scene.produce(0, ReplayScene.userless(100));
      assertThat(relay.held.await(60, TimeUnit.SECONDS)).isTrue();
      Await.until("the letter is in", () -> scene.deadLetters().size() == 1);
      assertThat(house.replay())
          .isEqualTo(new ReplayReport(1, 0, new java.util.TreeMap<>(), 1, 0, Optional.empty()));
      relay.cut();
      worker.drop();
      scene.worker("x");
      scene.awaitCommitted(3);
      assertThat(house.replay().rows()).isEqualTo(1);
      assertThat(scene.deadLetters()).isEmpty();
      assertThat(scene.rows()).hasSize(3);
      assertThat(scene.verify(house.later).problems()).isEmpty();
    }
  }
}
