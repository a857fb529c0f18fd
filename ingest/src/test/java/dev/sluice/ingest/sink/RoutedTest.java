package dev.sluice.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Health;
import dev.sluice.ingest.deadletter.ReplayReport;
import dev.sluice.ingest.ledger.Depth;
import dev.sluice.ingest.ledger.Verification;
import dev.sluice.ingest.stream.EventId;
import dev.sluice.ingest.stream.Routing;
import dev.sluice.ingest.stream.Stream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.Test;

/** One stream, several tables: each offset in one of them, or a dead letter. */
class RoutedTest {

  @Test
  void aKilledWorkersEventsLieInTheirThreeTablesOnceAndStrangersAreLetters() throws Exception {
    try (RoutedScene house = new RoutedScene("routed", 2, Optional.empty());
        CatalogRelay relay = relay(house, 1)) {
      SinkWorkers first = house.scene.worker("a", relay.uri(), house.routed);
      house.scene.produce(0, 30);
      house.produce(1, 100, "c9");
      house.awaitCommitted(31);
      // It dies while the commit to all four tables is on the wire.
      relay.next(CatalogRelay.Fault.HOLD);
      house.scene.produce(30, 45);
      house.produce(0, 101, "mauve");
      house.produce(0, 102, "c1");
      assertThat(relay.held.await(20, TimeUnit.SECONDS)).isTrue();
      relay.cut();
      first.drop();
      assertThat(house.committed(house.routed)).isEqualTo(31);

      house.worker("b");
      house.scene.produce(45, 60);
      house.awaitCommitted(63);
      assertThat(relay.jointCommitsSeen).hasPositiveValue();
      assertThat(house.ids(0)).hasSize(20).doesNotHaveDuplicates();
      assertThat(house.ids(1)).hasSize(21).doesNotHaveDuplicates().contains("e1", "e102");
      assertThat(house.ids(2)).hasSize(20).doesNotHaveDuplicates();
      assertThat(house.scene.findTable()).as("the stream has no table of its own").isEmpty();
      assertThat(house.scene.deadLetters().stream().map(row -> row.getField("reason")))
          .containsExactly("unknown-route", "unknown-route");
      Verification all = house.scene.verify(house.routed);
      assertThat(all.problems()).isEmpty();
      assertThat(all.notCompared()).isEmpty();
      assertThat(all.rows()).isEqualTo(61);
      assertThat(all.shards()).hasSize(2).allSatisfy(s -> assertThat(s.filtered()).isZero());
    }
  }

  @Test
  void whereTablesCommitOneByOneThoseAheadSkipWhatTheyHave() throws Exception {
    EventId id = new EventId("event_id", EventId.DEFAULT_WINDOW);
    for (Optional<EventId> ids : List.of(Optional.<EventId>empty(), Optional.of(id))) {
      try (RoutedScene house = new RoutedScene("apart", 1, ids);
          CatalogRelay relay =
              CatalogRelay.oneTableAtATime(house.scene.house.catalogUri(), house.table(1))) {
        SinkWorkers first = house.scene.worker("a", relay.uri(), house.routed);
        house.scene.produce(0, 9);
        house.awaitCommitted(9);
        relay.next(CatalogRelay.Fault.HOLD);
        house.scene.produce(9, 18);
        house.produce(0, 100, "mauve");
        house.produce(0, 9, "c0");
        assertThat(relay.held.await(20, TimeUnit.SECONDS)).isTrue();
        relay.cut();
        first.drop();
        assertThat(house.ids(0)).as("the first table is ahead").hasSizeGreaterThan(3);
        assertThat(house.ids(1)).hasSize(3);
        Verification torn = house.scene.verify(house.routed);
        assertThat(torn.problems()).isEmpty();
        assertThat(torn.notCompared())
            .anyMatch(text -> text.contains("do not stand at one offset"));

        // The rest is read by somebody who sees the catalog as it is.
        house.worker("b");
        house.scene.produce(18, 27);
        house.awaitCommitted(29);
        int twice = ids.isPresent() ? 0 : 1;
        assertThat(house.ids(0)).hasSize(9 + twice);
        assertThat(house.ids(1)).hasSize(9).doesNotHaveDuplicates();
        assertThat(house.ids(2)).hasSize(9).doesNotHaveDuplicates();
        assertThat(house.scene.deadLetters()).hasSize(1);
        assertThat(house.scene.verify(house.routed).problems()).isEmpty();
        assertThat(house.scene.verify(house.routed).notCompared()).isEmpty();
      }
    }
  }

  @Test
  void aRouteThatChangesWhileTablesStandApartStopsTheShard() throws Exception {
    try (RoutedScene house = new RoutedScene("rerouted", 1, Optional.empty());
        CatalogRelay relay =
            CatalogRelay.oneTableAtATime(house.scene.house.catalogUri(), house.table(1))) {
      SinkWorkers first = house.scene.worker("a", relay.uri(), house.routed);
      house.scene.produce(0, 3);
      house.awaitCommitted(3);
      relay.next(CatalogRelay.Fault.HOLD);
      house.scene.produce(3, 6);
      assertThat(relay.held.await(20, TimeUnit.SECONDS)).isTrue();
      relay.cut();
      first.drop();
      Map<String, String> turned =
          Map.of("c0", house.table(1), "c1", house.table(0), "c2", house.table(2));
      SinkWorkers second =
          house.scene.worker(
              "b",
              house.scene.house.catalogUri(),
              house.plain.routed(Routing.of("colour", turned)));
      Await.until("the shard stops", () -> health(house).contains("went to another table"));
      assertThat(health(house)).contains("put the stream's earlier declaration back");
      second.drop();
      house.worker("c");
      house.awaitCommitted(6);
      assertThat(house.scene.verify(house.routed).problems()).isEmpty();
      assertThat(house.ids(0)).containsExactlyInAnyOrder("e0", "e3");
    }
  }

  private static String health(RoutedScene house) {
    return house.scene.health.report().get("sink") instanceof Health.Down down ? down.why() : "";
  }

  @Test
  void aTableNamedLaterBeginsWhereTheOthersStandAndGetsItsLettersByReplay() throws Exception {
    try (RoutedScene house = new RoutedScene("further", 2, Optional.empty())) {
      Stream two = house.to(2);
      SinkWorkers unrouted = house.scene.worker("a", house.scene.house.catalogUri(), house.plain);
      house.scene.produce(0, 6);
      house.scene.awaitCommitted(6);
      unrouted.stop();
      SinkWorkers first = house.scene.worker("b", house.scene.house.catalogUri(), two);
      house.scene.produce(6, 18);
      Await.until("two tables have all", () -> house.committed(two) >= 18);
      assertThat(house.ids(0)).hasSize(4);
      assertThat(house.scene.deadLetters()).hasSize(4);
      assertThat(house.scene.verify(two).problems()).isEmpty();
      first.stop();

      house.worker("c");
      house.scene.produce(18, 24);
      house.awaitCommitted(24);
      assertThat(house.ids(2)).containsExactlyInAnyOrder("e20", "e23");
      assertThat(house.scene.verify(house.routed).problems()).isEmpty();
      ReplayReport report = house.replay(house.routed);
      assertThat(report.stopped()).isEmpty();
      assertThat(report.rows()).isEqualTo(4);
      assertThat(house.ids(2)).contains("e8", "e11", "e14", "e17").hasSize(6);
      assertThat(house.scene.deadLetters()).isEmpty();
      Verification all = house.scene.verify(house.routed);
      assertThat(all.problems()).isEmpty();
      assertThat(all.notCompared()).isEmpty();
      assertThat(house.scene.rows()).as("what was there before stays").hasSize(6);
      assertThat(house.replay(house.routed).rows()).isZero();
      house.scene.produce(24, 27);
      house.awaitCommitted(27);
      assertThat(house.scene.verify(house.routed, Depth.PLACES).problems()).isEmpty();
    }
  }

  @Test
  void aRouteBeginsAndGrowsWhereItsStreamStandsThoughTheLogForgets() throws Exception {
    try (RoutedScene house = new RoutedScene("grown", 2, Optional.empty())) {
      Stream one = house.to(1);
      Stream two = house.to(2);
      SinkWorkers unrouted = house.scene.worker("a", house.scene.house.catalogUri(), house.plain);
      house.scene.produce(0, 6);
      house.scene.awaitCommitted(6);
      unrouted.stop();
      SinkWorkers first = house.scene.worker("b", house.scene.house.catalogUri(), one);
      house.scene.produce(6, 18);
      Await.until("the table has all", () -> house.committed(one) >= 18);
      assertThat(house.ids(0)).containsExactlyInAnyOrder("e6", "e9", "e12", "e15");
      first.stop();
      // The stream's own table stands at 3 of each shard, and nobody has that any more.
      house.scene.house.admin().deleteRecords(house.scene.before(5)).all().get();
      house.scene.worker("c", house.scene.house.catalogUri(), two);
      house.scene.produce(18, 24);
      Await.until("both tables have all", () -> house.committed(two) >= 24);
      assertThat(house.ids(1)).containsExactlyInAnyOrder("e19", "e22");
      assertThat(house.scene.rows()).hasSize(6);
      assertThat(house.scene.verify(two, Depth.PLACES).problems()).isEmpty();
    }
  }

  @Test
  void whatIsMissingFromOneTableOrInTwoIsNamed() throws Exception {
    try (RoutedScene house = new RoutedScene("torn", 1, Optional.empty())) {
      SinkWorkers worker = house.worker("w");
      house.scene.produce(0, 6);
      house.awaitCommitted(6);
      worker.stop();
      Table from = table(house, 0);
      Table to = table(house, 1);
      // A file of the one table is put into the other too.
      from.newScan()
          .planFiles()
          .forEach(
              task ->
                  to.newAppend()
                      .appendFile(DataFiles.builder(to.spec()).copy(task.file()).build())
                      .commit());
      Verification doubled = house.scene.verify(house.routed);
      assertThat(doubled.problems().stream().map(Verification.Problem::kind))
          .contains("row-count", "doubled-offsets");
      from.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
      Verification moved = house.scene.verify(house.routed);
      assertThat(moved.problems().stream().map(Verification.Problem::kind)).contains("row-count");
      assertThat(moved.notCompared()).anyMatch(text -> text.contains("of another one"));
    }
  }

  private static Table table(RoutedScene house, int colour) {
    return house.scene.house.lake().load(TableIdentifier.of("raw", house.table(colour)));
  }

  private static CatalogRelay relay(RoutedScene house, int colour) throws Exception {
    return new CatalogRelay(house.scene.house.catalogUri(), house.table(colour));
  }
}
