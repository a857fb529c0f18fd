package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.deadletter.DeadLetterTable;
import dev.sluice.ingest.ledger.Depth;
import dev.sluice.ingest.ledger.Verification;
import dev.sluice.ingest.table.FileMerger;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;

/** A table is written, merged and expired while it is verified. */
class VerifyHoldTest {

  private static final int EVENTS = 6;

  /** Of the dead letters: once to see a moment, once to hold it. */
  private static final int LOOKS = 2;

  private static final long TARGET = 8 << 20;
  private static final long LATER_MILLIS = 1_000;

  @Test
  void whatIsVerifiedIsReadToTheEndThoughItExpiresMeanwhile() throws Exception {
    try (Scene scene = new Scene("held", 1);
        CatalogRelay relay =
            new CatalogRelay(
                scene.house.catalogUri(), TableLayout.identifier(scene.stream).name());
        LakeConnection watched =
            new LakeConnection(relay.uri(), Optional.empty(), Duration.ofSeconds(30))) {
      SinkWorkers worker = scene.worker("w");
      scene.produce(0, "no event");
      for (int number = 0; number < EVENTS; number++) {
        scene.produce(0, Scene.event(number, Instant.now().minus(Duration.ofDays(3))));
      }
      scene.awaitCommitted(EVENTS + 1);
      worker.drop();
      long verified = scene.table().currentSnapshot().snapshotId();
      relay.atLook(DeadLetterTable.IDENTIFIER.name(), LOOKS, () -> mergeAndExpire(scene));
      Verification found = scene.verify(scene.stream, Depth.VALUES, watched);
      assertThat(found.problems()).isEmpty();
      assertThat(found.rows()).isEqualTo(EVENTS);
      // It did happen, and nothing is left of the hold.
      assertThat(scene.table().currentSnapshot().snapshotId()).isNotEqualTo(verified);
      assertThat(scene.table().refs().keySet()).noneMatch(name -> name.startsWith("verify-"));
      expire(scene.table());
      assertThat(scene.table().snapshot(verified)).isNull();
    }
  }

  @Test
  void aHoldNobodyTookAwayExpiresByItself() throws Exception {
    try (Scene scene = new Scene("forsaken", 1);
        CatalogRelay relay =
            new CatalogRelay(
                scene.house.catalogUri(), TableLayout.identifier(scene.stream).name());
        LakeConnection watched =
            new LakeConnection(relay.uri(), Optional.empty(), Duration.ofSeconds(2))) {
      scene.worker("w");
      scene.produce(0, "no event");
      scene.produce(0, Scene.event(1, Instant.now()));
      scene.awaitCommitted(2);
      relay.atLook(DeadLetterTable.IDENTIFIER.name(), LOOKS, relay::cut);
      scene.verify(scene.stream, Depth.PLACES, watched);
      String tag =
          scene.table().refs().keySet().stream()
              .filter(name -> name.startsWith("verify-"))
              .findFirst()
              .orElseThrow();
      assertThat(scene.table().refs().get(tag).maxRefAgeMs())
          .isBetween(Duration.ofHours(6).toMillis(), Duration.ofHours(7).toMillis());
    }
  }

  private static void mergeAndExpire(Scene scene) {
    FileMerger merger = new FileMerger(scene.house.lake(), TARGET, UUID::randomUUID);
    if (merger.sortOut(TableLayout.identifier(scene.stream)).isEmpty()) {
      throw new AssertionError("nothing to replace");
    }
    expire(scene.table());
  }

  private static void expire(Table table) {
    table
        .expireSnapshots()
        .retainLast(1)
        .expireOlderThan(System.currentTimeMillis() + LATER_MILLIS)
        .commit();
  }
}
