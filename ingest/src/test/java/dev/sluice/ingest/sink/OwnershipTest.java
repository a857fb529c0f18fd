package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.table.TableLayout;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Shards change hands, orderly and not. */
class OwnershipTest {

  @Test
  void aKilledWorkersShardsGoToAnotherAndNothingIsLostOrDoubled() throws Exception {
    try (Scene scene = new Scene("killed", 4)) {
      SinkWorkers first = scene.worker("a");
      SinkWorkers second = scene.worker("b");
      Await.until("they share", () -> shards(first) == 2 && shards(second) == 2);
      scene.produce(0, 1_000);
      scene.awaitCommitted(500);
      first.drop();
      scene.produce(1_000, 2_000);
      scene.awaitCommitted(2_000);
      assertThat(shards(second)).isEqualTo(4);
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(2_000);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void aZombieThatWakesAfterItsShardsMovedIsFenced() throws Exception {
    try (Scene scene = new Scene("zombie", 1);
        CatalogRelay relay =
            new CatalogRelay(
                scene.house.catalogUri(), TableLayout.identifier(scene.stream).name())) {
      SinkWorkers zombie = scene.worker("z", relay.uri());
      scene.produce(0, 50);
      scene.awaitCommitted(50);
      relay.next(CatalogRelay.Fault.HOLD);
      scene.produce(50, 100);
      assertThat(relay.held.await(60, TimeUnit.SECONDS)).isTrue();
      // More than may wait for a commit: the zombie stands still and the group misses it.
      scene.produce(100, 2_500);
      SinkWorkers heir = scene.worker("h");
      Await.until("the heir has the shard", () -> shards(heir) == 1);
      scene.produce(2_500, 2_550);
      scene.awaitCommitted(2_550);
      relay.letGo.countDown();
      Await.until(
          "the zombie noticed",
          () ->
              scene.registry.find("sluice.sink.commit.dropped").counters().stream()
                  .anyMatch(counter -> counter.count() > 0));
      scene.produce(2_550, 2_600);
      scene.awaitCommitted(2_600);
      assertThat(SinkPathTest.ids(scene.rows())).hasSize(2_600);
      assertThat(scene.verify().problems()).isEmpty();
      // The group may be giving it to the one that came back.
      Await.until("one reads the shard", () -> shards(zombie) + shards(heir) == 1);
    }
  }

  private static long shards(SinkWorkers workers) {
    return workers.statuses().get(0).shards().stream()
        .filter(shard -> shard.state().equals("reading"))
        .count();
  }
}
