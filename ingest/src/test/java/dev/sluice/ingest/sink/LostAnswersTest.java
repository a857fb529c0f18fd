package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.table.TableLayout;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The wire between worker and catalog is cut at every place a commit passes. */
class LostAnswersTest {

  @Test
  void aCommitLostInTransitIsNeverAppliedTwice() throws Exception {
    try (Scene scene = new Scene("lostanswer", 2);
        CatalogRelay relay = relay(scene)) {
      scene.worker("w", relay.uri());
      scene.produce(0, 100);
      scene.awaitCommitted(100);
      relay.next(CatalogRelay.Fault.LOSE_ANSWER);
      scene.produce(100, 200);
      scene.awaitCommitted(200);
      relay.next(CatalogRelay.Fault.LOSE_ANSWER);
      scene.produce(200, 300);
      scene.awaitCommitted(300);
      scene.produce(300, 400);
      scene.awaitCommitted(400);
      assertThat(relay.allHappened()).isTrue();
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(400);
      assertThat(scene.verify().problems()).isEmpty();
      assertThat(dropped(scene)).as("the landed commit was recognised").isZero();
    }
  }

  @Test
  void aCommitThatNeverArrivedIsSentAgainWithTheSameFiles() throws Exception {
    try (Scene scene = new Scene("lostrequest", 2);
        CatalogRelay relay = relay(scene)) {
      scene.worker("w", relay.uri());
      scene.produce(0, 100);
      scene.awaitCommitted(100);
      relay.next(CatalogRelay.Fault.LOSE_REQUEST);
      relay.next(CatalogRelay.Fault.LOSE_REQUEST);
      scene.produce(100, 200);
      scene.awaitCommitted(200);
      assertThat(relay.allHappened()).isTrue();
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(200);
      assertThat(scene.verify().problems()).isEmpty();
      assertThat(dropped(scene)).as("nothing was read again").isZero();
    }
  }

  @Test
  void aCommitThatLandsAfterItsRepetitionIsRefused() throws Exception {
    try (Scene scene = new Scene("late", 1);
        CatalogRelay relay = relay(scene)) {
      scene.worker("w", relay.uri());
      scene.produce(0, 50);
      scene.awaitCommitted(50);
      relay.next(CatalogRelay.Fault.LAND_LATE);
      scene.produce(50, 100);
      assertThat(relay.held.await(60, TimeUnit.SECONDS)).isTrue();
      scene.awaitCommitted(100);
      relay.letGo.countDown();
      assertThat(relay.landedLate.await(60, TimeUnit.SECONDS)).isTrue();
      scene.produce(100, 150);
      scene.awaitCommitted(150);
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(150);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  static double dropped(Scene scene) {
    return scene.registry.find("sluice.sink.commit.dropped").counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private static CatalogRelay relay(Scene scene) throws Exception {
    return new CatalogRelay(scene.house.catalogUri(), TableLayout.identifier(scene.stream).name());
  }
}
