package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.deadletter.DeadLetterTable;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.table.TableLayout;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;

/** An interval's rows and dead letters go in together, whatever happens to the wire. */
class JointCommitTest {

  @Test
  void rowsAndLettersLandTogetherOrNotAtAll() throws Exception {
    try (Scene scene = new Scene("together", 1);
        CatalogRelay relay = relay(scene)) {
      SinkWorkers first = scene.worker("a", relay.uri());
      scene.produce(0, 2);
      scene.awaitCommitted(2);
      // The worker dies while its one commit is on the wire: neither table has heard of it.
      relay.next(CatalogRelay.Fault.HOLD);
      scene.produce(0, "no event");
      scene.produce(0, Scene.event(2, Instant.now()));
      assertThat(relay.held.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(scene.deadLetters()).isEmpty();
      assertThat(scene.committed()).isEqualTo(2);
      relay.cut();
      first.drop();
      assertThat(scene.deadLetters()).isEmpty();

      scene.worker("b");
      scene.awaitCommitted(4);
      assertThat(relay.jointCommitsSeen).hasPositiveValue();
      assertThat(scene.deadLetters()).hasSize(1);
      assertThat(scene.rows()).hasSize(3);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void aJointCommitLostInTransitIsNeverAppliedTwice() throws Exception {
    try (Scene scene = new Scene("jointlost", 1);
        CatalogRelay relay = relay(scene)) {
      scene.worker("w", relay.uri());
      scene.produce(0, 5);
      scene.awaitCommitted(5);
      for (int round = 0; round < 3; round++) {
        relay.next(CatalogRelay.Fault.LOSE_ANSWER);
        scene.produce(0, "no event");
        scene.awaitCommitted(6 + round);
      }
      relay.next(CatalogRelay.Fault.LOSE_REQUEST);
      scene.produce(0, "no event");
      scene.awaitCommitted(9);
      scene.produce(5, 10);
      scene.awaitCommitted(14);
      assertThat(relay.allHappened()).isTrue();
      assertThat(relay.jointCommitsSeen).hasValueGreaterThanOrEqualTo(5);
      assertThat(scene.deadLetters()).hasSize(4);
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(10);
      assertThat(scene.verify().problems()).isEmpty();
      assertThat(LostAnswersTest.dropped(scene)).as("landed commits were recognised").isZero();
    }
  }

  @Test
  void aJointCommitThatLandsAfterItsRepetitionIsRefusedByBothTables() throws Exception {
    try (Scene scene = new Scene("jointlate", 1);
        CatalogRelay relay = relay(scene)) {
      scene.worker("w", relay.uri());
      scene.produce(0, 5);
      scene.awaitCommitted(5);
      relay.next(CatalogRelay.Fault.LAND_LATE);
      scene.produce(0, "no event");
      assertThat(relay.held.await(60, TimeUnit.SECONDS)).isTrue();
      scene.awaitCommitted(6);
      relay.letGo.countDown();
      assertThat(relay.landedLate.await(60, TimeUnit.SECONDS)).isTrue();
      scene.produce(5, 8);
      scene.awaitCommitted(9);
      assertThat(scene.deadLetters()).hasSize(1);
      assertThat(scene.rows()).hasSize(8);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void manyStreamsShareTheTableOfDeadLetters() throws Exception {
    try (Scene left = new Scene("jointleft", 2);
        Scene right = new Scene("jointright", 2)) {
      left.worker("l");
      right.worker("r");
      for (int round = 0; round < 10; round++) {
        left.produce(round % 2, "no event");
        right.produce(round % 2, "no event");
        left.produce(round * 10, round * 10 + 10);
        right.produce(round * 10, round * 10 + 10);
      }
      left.awaitCommitted(110);
      right.awaitCommitted(110);
      assertThat(left.deadLetters()).hasSize(10);
      assertThat(right.deadLetters()).hasSize(10);
      assertThat(left.verify().problems()).isEmpty();
      assertThat(right.verify().problems()).isEmpty();
    }
  }

  @Test
  void aCatalogThatCommitsTablesOneByOneGetsLettersFirst() throws Exception {
    try (Scene scene = new Scene("onebyone", 1);
        CatalogRelay relay =
            CatalogRelay.oneTableAtATime(
                scene.house.catalogUri(), TableLayout.identifier(scene.stream).name())) {
      scene.worker("w", relay.uri());
      relay.next(CatalogRelay.Fault.LOSE_ANSWER);
      scene.produce(0, 3);
      scene.produce(0, "no event");
      scene.awaitCommitted(4);
      scene.produce(0, "no event");
      scene.awaitCommitted(5);
      assertThat(relay.jointCommitsSeen).hasValue(0);
      assertThat(scene.deadLetters()).hasSize(2);
      assertThat(scene.rows()).hasSize(3);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void everyTableOfAJointCommitGetsASnapshot() throws Exception {
    try (Scene scene = new Scene("fence", 1)) {
      scene.worker("w");
      scene.produce(0, "no event");
      scene.awaitCommitted(1);
      LogShard shard = scene.progress().keySet().iterator().next();
      Table letters = scene.house.lake().load(DeadLetterTable.IDENTIFIER);
      // Without a row the stream's table has one all the same: the fence.
      Snapshot rows = scene.table().currentSnapshot();
      assertThat(rows.summary()).containsEntry("total-records", "0");
      assertThat(rows.summary()).containsKey(shard.propertyKey());
      assertThat(letters.snapshots())
          .anySatisfy(s -> assertThat(s.summary()).containsKey(shard.propertyKey()));
    }
  }

  private static CatalogRelay relay(Scene scene) throws Exception {
    return new CatalogRelay(scene.house.catalogUri(), TableLayout.identifier(scene.stream).name());
  }
}
