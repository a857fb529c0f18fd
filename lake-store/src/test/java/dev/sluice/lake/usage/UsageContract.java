package dev.sluice.lake.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Settings;
import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.DatabaseSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What use is remembered, whichever database holds it. Each test has tables of its own. */
interface UsageContract {
  Instant NOON = Instant.parse("2026-05-10T12:00:00Z");

  List<String> SPACES = List.of("gold", "hidden", "gold.eu", "hidden%2Eeu");

  DatabaseSettings place();

  /** Use with few of everything, at a time, over a database that outlives it. */
  interface Doing {
    void with(Usage usage, MeterRegistry registry);
  }

  default void at(Instant now, Doing doing) {
    Map<String, String> few =
        Map.of(
            "SLUICE_USERS",
            "3",
            "SLUICE_QUERIES",
            "2",
            "SLUICE_PENDING",
            "50",
            "SLUICE_FLUSH",
            "1h");
    UsageSettings settings = Settings.read(UsageSettings.class, Optional.empty(), few);
    MeterRegistry registry = new SimpleMeterRegistry();
    try (Database database = new Database(place());
        Usage usage = Usage.open(database, settings, () -> SPACES, registry, () -> now)) {
      doing.with(usage, registry);
    }
  }

  static Use.OfTable table(String name, String... columns) {
    return new Use.OfTable("gold", name, List.of(columns));
  }

  static Use.Query query(Instant at, String user, String sql, Use.OfTable... tables) {
    return new Use.Query(at, user, sql, List.of(tables), Duration.ofMillis(40), 10);
  }

  private static TableUse of(Usage usage, String name) {
    return usage.of(
        "gold",
        name,
        30,
        100,
        (namespace, each) -> namespace.startsWith("gold") && !each.startsWith("secret"));
  }

  @Test
  default void queriesAndLoadsAreCountedByDayAndUserAndOutliveAStop() {
    at(
        NOON,
        (usage, registry) -> {
          usage.note(query(NOON, "ann", "SELECT a FROM t WHERE b = 1", table("t", "a", "b")));
          usage.note(query(NOON, "bob", "SELECT a FROM t WHERE b = 2", table("t", "a", "b")));
          usage.note(new Use.Load(NOON, "etl", "Iceberg 1.12", table("t")));
          usage.note(new Use.Load(NOON, "etl", "Iceberg 1.12", table("t")));
        });
    Instant next = NOON.plus(Duration.ofDays(1));
    at(
        next,
        (usage, registry) -> {
          assertThat(usage.uses("gold", "t")).isEqualTo(3);
          usage.note(query(next, "ann", "SELECT x FROM t", table("t", "x")));
          TableUse use = of(usage, "t");
          assertThat(use.days())
              .containsExactly(
                  new TableUse.Day("2026-05-11", 1, 0, 1), new TableUse.Day("2026-05-10", 2, 2, 3));
          assertThat(use.users())
              .extracting(TableUse.User::name)
              .containsExactly("ann", "bob", "etl");
          assertThat(use.queries())
              .extracting(TableUse.Query::text)
              .containsExactly("SELECT a FROM t WHERE b = ?", "SELECT x FROM t");
          assertThat(use.queries().get(0).times()).isEqualTo(2);
          assertThat(use.queries().get(0).meanMillis()).isEqualTo(40);
          assertThat(use.columns())
              .extracting(TableUse.Column::name)
              .containsExactly("a", "b", "x");
          assertThat(usage.uses("gold", "t")).isEqualTo(4);
          assertThat(usage.most(30, 500, (namespace, name) -> name.equals("t")))
              .extracting(TableUse.Line::queries)
              .containsExactly(3L);
        });
  }

  @Test
  default void whatIsRememberedIsBounded() {
    at(
        NOON,
        (usage, registry) -> {
          for (int i = 0; i < 49; i++) {
            usage.note(query(NOON.plusMillis(i), "user" + i, "SELECT c" + i, table("many")));
          }
          TableUse use = of(usage, "many");
          assertThat(use.users()).hasSize(4);
          assertThat(use.days().get(0).queries()).isEqualTo(49);
          assertThat(use.queries())
              .extracting(TableUse.Query::text)
              .containsExactly("SELECT c48", "SELECT c47");
          for (int i = 0; i < 60; i++) {
            usage.note(query(NOON, "user", "SELECT 1", table("many")));
          }
          assertThat(registry.counter("sluice.usage.uncounted").count()).isEqualTo(10);
        });
    at(
        NOON.plus(Duration.ofDays(200)),
        (usage, registry) -> {
          usage.note(query(NOON.plus(Duration.ofDays(200)), "late", "SELECT 1", table("other")));
          assertThat(usage.of("gold", "many", 3000, 100, (namespace, name) -> true).days())
              .isEmpty();
        });
  }

  @Test
  default void aQueryThatAlsoAsksOfWhatOneMayNotReadIsNotShown() {
    at(
        NOON,
        (usage, registry) -> {
          usage.note(query(NOON, "ann", "SELECT 1 FROM o", table("o")));
          usage.note(query(NOON, "ann", "SELECT 1 FROM o, s", table("o"), table("secret")));
          assertThat(of(usage, "o").queries())
              .extracting(TableUse.Query::text)
              .containsExactly("SELECT ? FROM o");
        });
  }

  @Test
  default void aRenamedTableKeepsItsUse() {
    at(
        NOON,
        (usage, registry) -> {
          usage.note(query(NOON, "ann", "SELECT 1 FROM r", table("before", "a")));
          usage.note(query(NOON, "ann", "SELECT 1 FROM r", table("after", "a")));
          usage.renamed("gold", "before", "gold", "after");
          usage.renamed("gold", "before", "gold", "after");
          TableUse use = of(usage, "after");
          assertThat(use.days().get(0).queries()).isEqualTo(2);
          assertThat(use.queries().get(0).times()).isEqualTo(2);
          assertThat(use.columns().get(0).times()).isEqualTo(2);
          assertThat(of(usage, "before").days()).isEmpty();
          assertThat(usage.uses("gold", "after")).isEqualTo(2);
        });
  }

  @Test
  default void aQueryThatNamesWhatOneMayNotReadIsNotShownThoughItReadNoRowsOfIt() {
    List<String> hidden =
        List.of(
            "FROM gold.n JOIN hidden.view USING (a)",
            "FROM gold.n, \"HIDDEN\" . -- there\n\"t\".snapshots",
            "FROM gold.n WHERE a IN (SELECT a FROM lake.hidden.\"t$files\")",
            "FROM gold.n, \"hidden.eu\".t",
            "FROM gold.n, system.objects");
    at(
        NOON,
        (usage, registry) -> {
          for (int i = 0; i < hidden.size(); i += 2) {
            hidden.subList(i, Math.min(hidden.size(), i + 2)).stream()
                .map(sql -> query(NOON, "ann", sql, table("n")))
                .forEach(usage::note);
            assertThat(of(usage, "n").queries()).isEmpty();
            assertThat(usage.of("gold", "n", 30, 100, (space, each) -> true).queries())
                .isNotEmpty();
          }
          String seen = "SELECT o.hidden, gold.n.a, 'hidden.view' FROM lake.gold.n, gold.eu.t o";
          usage.note(query(NOON.plusMillis(1), "ann", seen, table("n")));
          assertThat(of(usage, "n").queries())
              .extracting(TableUse.Query::text)
              .containsExactly("SELECT o.hidden, gold.n.a, ? FROM lake.gold.n, gold.eu.t o");
        });
  }

  @Test
  default void whoMaySeeAQueryIsToldByThePresentNamesOfWhatItNames() {
    at(
        NOON,
        (usage, registry) -> {
          usage.note(query(NOON, "ann", "FROM gold.p, gold.moved", table("p"), table("moved")));
          assertThat(of(usage, "p").queries()).hasSize(1);
          usage.renamed("gold", "moved", "hidden", "moved");
          assertThat(of(usage, "p").queries()).isEmpty();
        });
  }

  @Test
  default void enginesThatNameThemselvesAnewEachTimeMakeNoRowsWithoutEnd() {
    at(
        NOON,
        (usage, registry) -> {
          for (int i = 0; i < 49; i++) {
            usage.note(new Use.Load(NOON, "etl", "engine " + i, table("engines")));
          }
          assertThat(of(usage, "engines").users()).hasSize(7);
          for (int i = 0; i < 49; i++) {
            usage.note(new Use.Load(NOON, "user" + i, "late engine " + i, table("engines")));
          }
          TableUse use = of(usage, "engines");
          assertThat(use.users()).hasSizeLessThanOrEqualTo(10);
          assertThat(use.days().get(0).loads()).isEqualTo(98);
          assertThat(use.users()).extracting(TableUse.User::engine).contains("other", "");
        });
  }

  @Test
  default void daysAndLimitBoundAllThatIsToldOfATable() {
    Instant next = NOON.plus(Duration.ofDays(3));
    at(
        next,
        (usage, registry) -> {
          usage.note(query(NOON, "ann", "SELECT old", table("bound", "old")));
          usage.note(query(next, "bob", "SELECT late", table("bound", "late")));
          TableUse.Reader all = (namespace, name) -> true;
          TableUse three = usage.of("gold", "bound", 3, 100, all);
          assertThat(three.users()).extracting(TableUse.User::name).containsExactly("bob");
          assertThat(three.queries())
              .extracting(TableUse.Query::text)
              .containsExactly("SELECT late");
          assertThat(three.columns()).extracting(TableUse.Column::name).containsExactly("late");
          TableUse four = usage.of("gold", "bound", 4, 1, all);
          assertThat(List.of(four.users().size(), four.queries().size(), four.columns().size()))
              .containsExactly(1, 1, 1);
          assertThat(usage.of("gold", "bound", 4, 2, all).columns()).hasSize(2);
        });
  }
}
