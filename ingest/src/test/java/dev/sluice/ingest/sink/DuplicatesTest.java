package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.ledger.Depth;
import dev.sluice.ingest.protocol.Counts;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.stream.EventId;
import dev.sluice.ingest.table.TableLayout;
import io.micrometer.core.instrument.Counter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An event sent twice makes one row, whoever reads it and however often. */
class DuplicatesTest {

  private static final Optional<EventId> HOUR =
      Optional.of(new EventId("event_id", Duration.ofHours(1)));

  @Test
  void anEventSentTwiceMakesOneRowWithinAnIntervalAndAcross() throws Exception {
    try (Scene scene = new Scene("twice", 2, HOUR)) {
      SinkWorkers workers = scene.worker("w");
      scene.produce(0, 500);
      scene.produce(0, 500);
      scene.awaitCommitted(1_000);
      scene.produce(250, 750);
      scene.awaitCommitted(1_500);

      assertOneRowEach(scene, 750, 750);
      assertThat(scene.rows()).allSatisfy(row -> assertThat(row.getField("_offset")).isNotNull());
      assertThat(count(scene, "sluice.sink.duplicates")).isEqualTo(750);
      assertThat(count(scene, "sluice.sink.rows")).isEqualTo(750);
      assertThat(scene.deadLetters()).isEmpty();
      assertThat(workers.statuses().get(0).shards())
          .allSatisfy(shard -> assertThat(shard.window()).contains(Duration.ofHours(1)));
      assertThat(scene.registry.get("sluice.sink.window.seconds").gauges())
          .allSatisfy(gauge -> assertThat(gauge.value()).isEqualTo(3_600));
      String key = scene.progress().keySet().iterator().next().propertyKey();
      scene.produce(0, Scene.event(0, Instant.now()));
      scene.produce(1, Scene.event(1, Instant.now()));
      scene.awaitCommitted(1_502);
      assertThat(scene.table().currentSnapshot().summary().getOrDefault(key, "duplicates=1"))
          .contains("duplicates=1");
    }
  }

  @Test
  void theWindowEndsSoLongAfterTheFirstOnesReceipt() throws Exception {
    try (Scene scene = new Scene("window", 1, HOUR)) {
      scene.worker("w");
      Instant first = Instant.now().minus(Duration.ofHours(3));
      scene.produce(0, Scene.event(1, first), first);
      scene.produce(0, Scene.event(1, first), first.plus(Duration.ofHours(1)));
      scene.awaitCommitted(2);
      assertOneRowEach(scene, 1, 1);
      scene.produce(0, Scene.event(1, first), first.plus(Duration.ofMinutes(61)));
      scene.produce(0, Scene.event(1, first), first.plus(Duration.ofMinutes(62)));
      scene.awaitCommitted(4);
      assertThat(scene.rows()).hasSize(2);
      assertThat(totals(scene).duplicates()).isEqualTo(2);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void aKilledWorkersHeirKnowsWhatItHad() throws Exception {
    try (Scene scene = new Scene("heir", 2, HOUR)) {
      SinkWorkers first = scene.worker("a");
      scene.produce(0, 1_000);
      scene.awaitCommitted(300);
      first.drop();
      scene.produce(0, 1_000);
      SinkWorkers second = scene.worker("b");
      scene.awaitCommitted(2_000);
      assertOneRowEach(scene, 1_000, 1_000);
      assertThat(count(scene, "sluice.sink.ids.gathered")).isPositive();

      // Back to the first, whose own store tells of long ago.
      second.stop();
      scene.worker("a");
      scene.produce(0, 1_100);
      scene.awaitCommitted(3_100);
      assertOneRowEach(scene, 1_100, 2_000);
      assertThat(count(scene, "sluice.sink.ids.lost")).isZero();
    }
  }

  @Test
  void aWorkerThatComesBackKnowsThemByItselfAndWithoutItsFilesByTheTable() throws Exception {
    try (Scene scene = new Scene("back", 1, HOUR)) {
      SinkWorkers first = scene.worker("w");
      scene.produce(0, 100);
      scene.awaitCommitted(100);
      first.stop();
      SinkWorkers second = scene.worker("w");
      scene.produce(50, 150);
      scene.awaitCommitted(200);
      assertOneRowEach(scene, 150, 50);
      assertThat(count(scene, "sluice.sink.ids.gathered")).isZero();

      second.stop();
      try (Stream<Path> files = Files.walk(scene.directory())) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
      scene.worker("w");
      scene.produce(100, 200);
      scene.awaitCommitted(300);
      assertOneRowEach(scene, 200, 100);
      assertThat(count(scene, "sluice.sink.ids.gathered")).isEqualTo(150);
    }
  }

  @Test
  void anIntervalThatIsReadAgainIsDecidedTheSame() throws Exception {
    try (Scene scene = new Scene("again", 1, HOUR);
        CatalogRelay relay =
            new CatalogRelay(
                scene.house.catalogUri(), TableLayout.identifier(scene.stream).name())) {
      scene.worker("w", relay.uri());
      scene.produce(0, 100);
      scene.awaitCommitted(100);
      // As many as a commit is tried: its interval is dropped and read again.
      for (int i = 0; i < scene.settings(relay.uri()).commitAttempts(); i++) {
        relay.next(CatalogRelay.Fault.LOSE_REQUEST);
      }
      scene.produce(50, 150);
      scene.produce(100, 150);
      scene.awaitCommitted(250);
      assertOneRowEach(scene, 150, 100);
      relay.next(CatalogRelay.Fault.LOSE_ANSWER);
      scene.produce(100, 200);
      scene.produce(100, 200);
      scene.awaitCommitted(450);
      assertOneRowEach(scene, 200, 250);
    }
  }

  @Test
  void shardsThatMoveBetweenWorkersKeepTheirWindow() throws Exception {
    try (Scene scene = new Scene("moving", 4, HOUR)) {
      scene.worker("a");
      scene.produce(0, 400);
      scene.awaitCommitted(400);
      SinkWorkers second = scene.worker("b");
      Await.until("they share", () -> second.statuses().get(0).shards().size() == 2);
      scene.produce(0, 500);
      scene.awaitCommitted(900);
      second.stop();
      scene.produce(0, 600);
      scene.awaitCommitted(1_500);
      assertOneRowEach(scene, 600, 900);
    }
  }

  @Test
  void aDeadLetterIsNoRowAndAnEventWithoutIdHasNoDuplicate() throws Exception {
    Optional<EventId> quantity = Optional.of(new EventId("quantity", Duration.ofHours(1)));
    try (Scene scene = new Scene("numbers", 1, quantity)) {
      scene.worker("w");
      Instant now = Instant.now();
      String none =
          "{\"event_id\":\"x\",\"event_time\":\"" + now + "\",\"user_id\":\"u\",\"price\":1}";
      scene.produce(0, "{\"event_id\":\"x\",\"quantity\":7}");
      scene.produce(0, Scene.event(7, now));
      scene.produce(0, Scene.event(7, now));
      scene.produce(0, none);
      scene.produce(0, none);
      scene.awaitCommitted(5);
      assertThat(scene.rows()).hasSize(3);
      assertThat(totals(scene).deadLetters()).isEqualTo(1);
      assertThat(totals(scene).duplicates()).isEqualTo(1);
      assertThat(scene.verify().problems()).isEmpty();
    }
  }

  @Test
  void whatWasKeptOfATableThatWasRolledBackIsForgotten() throws Exception {
    try (Scene scene = new Scene("rolled", 1, HOUR)) {
      SinkWorkers first = scene.worker("w");
      scene.produce(0, 10);
      scene.awaitCommitted(10);
      first.stop();
      LogShard shard = scene.progress().keySet().iterator().next();
      String good = scene.progress().get(shard).encode();
      String edited = good.replace("next=10,rows=10", "next=5,rows=5");
      scene.table().updateProperties().set(shard.propertyKey(), edited).commit();
      scene.worker("w");
      Await.until("the shard stops", () -> !scene.health.well());
      scene.table().updateProperties().set(shard.propertyKey(), good).commit();
      scene.produce(5, 15);
      scene.awaitCommitted(20);
      assertOneRowEach(scene, 15, 5);
      assertThat(count(scene, "sluice.sink.ids.gathered")).isEqualTo(10);
    }
  }

  @Test
  void withoutAnIdOrWithoutAWindowNothingIsLookedUp() throws Exception {
    Optional<EventId> off = Optional.of(new EventId("event_id", Duration.ZERO));
    for (Optional<EventId> id : List.of(Optional.<EventId>empty(), off)) {
      try (Scene scene = new Scene("plain", 1, id)) {
        SinkWorkers workers = scene.worker("w");
        scene.produce(0, 20);
        scene.produce(0, 20);
        scene.awaitCommitted(40);
        assertThat(scene.rows()).hasSize(40);
        assertThat(scene.directory()).doesNotExist();
        assertThat(workers.statuses().get(0).shards().get(0).window()).isEmpty();
        assertThat(scene.verify().problems()).isEmpty();
      }
    }
  }

  /** So many rows, each of another event, so many duplicates, and the proof holds at any depth. */
  private static void assertOneRowEach(Scene scene, int rows, int duplicates) throws Exception {
    assertThat(scene.rows()).hasSize(rows);
    assertThat(SinkPathTest.ids(scene.rows())).hasSize(rows);
    assertThat(totals(scene).rows()).isEqualTo(rows);
    assertThat(totals(scene).duplicates()).isEqualTo(duplicates);
    for (Depth depth : Depth.values()) {
      assertThat(scene.verify(scene.stream, depth).problems()).isEmpty();
      assertThat(scene.verify(scene.stream, depth).notCompared()).isEmpty();
    }
  }

  private static Counts totals(Scene scene) {
    return scene.progress().values().stream()
        .map(progress -> progress.totals())
        .reduce(Counts.NONE, Counts::plus);
  }

  private static double count(Scene scene, String counter) {
    return scene.registry.find(counter).counters().stream().mapToDouble(Counter::count).sum();
  }
}
