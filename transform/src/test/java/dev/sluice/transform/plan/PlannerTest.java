package dev.sluice.transform.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);
  private static final TableName RAW = new TableName("raw", "events");
  private static final TableName GOLD = new TableName("gold", "daily");
  private static final TableVersion OLD = new TableVersion("uuid", 1, Instant.EPOCH);
  private static final TableVersion NEW = new TableVersion("uuid", 2, Instant.EPOCH);
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final Closing CLOSING =
      new Closing(Instant.parse("2026-11-21T03:00:00Z"), Duration.ofHours(1), 3);

  private static final Touched SAME = Touched.days(Set.of(), Touched.How.SNAPSHOTS);

  private final Recipe job =
      new Recipe(GOLD, new Materialization.Day(), List.of(Read.around(RAW, 1, 1)), "code");

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void whatIsPlannedIsWhatLookingAtEverythingFindsStale(@ForAll long seed) {
    PlannedWorld world = new PlannedWorld(seed);
    for (int night = 0; night < 12; night++) {
      world.live();
      Plan plan =
          Planner.decide(
              world.ledger(),
              world.states(),
              world.recipes(),
              table -> true,
              world.closing(),
              new Wish.Stale());

      assertThat(plan.steps().stream().map(step -> step.table() + " " + step.day()))
          .as("night %d of seed %d", night, seed)
          .containsExactlyElementsOf(world.stale());
      world.run(plan.steps());
    }
  }

  @Test
  void aDayIsOpenUntilItHasEndedAndTheDelayIsOver() {
    Instant midnight = Instant.parse("2026-11-21T00:59:59Z");

    assertThat(new Closing(midnight, Duration.ofHours(1), 3).lastClosed())
        .isEqualTo(DAY.minusDays(1));
    assertThat(new Closing(midnight.plusSeconds(1), Duration.ofHours(1), 3).lastClosed())
        .isEqualTo(DAY);
  }

  @Test
  void whatComesForAnOpenDayIsLeftForTheNightAfterItCloses() {
    Ledger ledger = made(DAY, DAY.minusDays(1), DAY.minusDays(2));
    Touched today = Touched.days(Set.of(DAY.plusDays(1)), Touched.How.SNAPSHOTS);

    assertThat(plan(ledger, today, new Wish.Stale()).steps()).isEmpty();
    assertThat(plan(ledger, today, new Wish.StaleWithin(DAY, DAY)).steps()).isEmpty();
  }

  @Test
  void aDayBeyondTheHorizonIsLeftAloneUntilItIsAskedFor() {
    LocalDate old = DAY.minusDays(10);
    Ledger ledger = made(DAY, DAY.minusDays(1), DAY.minusDays(2), old);
    Touched late = Touched.days(Set.of(old), Touched.How.SNAPSHOTS);

    assertThat(plan(ledger, late, new Wish.Stale()).steps()).isEmpty();
    assertThat(plan(ledger, late, new Wish.StaleWithin(old, old)).steps())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.day()).isEqualTo(old);
              assertThat(step.reasons())
                  .containsExactly(
                      new Reason.LateData(RAW, new TreeSet<>(Set.of(old)), Touched.How.SNAPSHOTS));
            });
  }

  @Test
  void whereNoDayCanBeToldEveryDayIsStaleAndSaysWhy() {
    Ledger ledger = made(DAY, DAY.minusDays(1), DAY.minusDays(2));
    Plan plan = plan(ledger, new Touched.Everything("its snapshots are gone"), new Wish.Stale());

    assertThat(plan.steps()).hasSize(3);
    assertThat(plan.steps().get(0).why())
        .isEqualTo("lake.raw.events changed: its snapshots are gone");
  }

  @Test
  void aTableOfOursWhoseSnapshotsAreGoneIsLookedUpInTheLedger() {
    TableName further = new TableName("gold", "further");
    Recipe reader = new Recipe(further, new Materialization.Day(), List.of(Read.day(GOLD)), "code");
    Instant later = NEW.committed().plusSeconds(9);
    Ledger ledger =
        new Ledger(
            List.of(
                attempt(GOLD, DAY.minusDays(2), RAW, Instant.EPOCH),
                attempt(GOLD, DAY, RAW, Instant.EPOCH),
                attempt(GOLD, DAY.minusDays(1), RAW, later),
                attempt(further, DAY, GOLD, later),
                attempt(further, DAY.minusDays(1), GOLD, later),
                attempt(further, DAY.minusDays(2), GOLD, later)));
    Touched unknown = new Touched.Everything("expired");
    Plan plan =
        Planner.decide(
            ledger,
            Map.of(RAW, state(SAME), GOLD, state(unknown), further, state(SAME)),
            List.of(job, reader),
            table -> true,
            CLOSING,
            new Wish.Stale());

    assertThat(plan.steps())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.table()).isEqualTo(further);
              assertThat(step.day()).isEqualTo(DAY.minusDays(1));
            });
  }

  @Test
  void whereDaysLieOverEachOtherThoseAfterOneMadeAnewAreMadeAnewToo() {
    Recipe merged =
        new Recipe(GOLD, new Materialization.Merge(List.of("id")), List.of(Read.day(RAW)), "code");
    LocalDate old = DAY.minusDays(10);
    Map<TableName, TableState> states =
        Map.of(
            RAW,
            state(Touched.days(Set.of(DAY.minusDays(1)), Touched.How.SNAPSHOTS)),
            GOLD,
            state(SAME));
    Ledger ledger = made(DAY, DAY.minusDays(1), DAY.minusDays(2));

    assertThat(steps(plan(ledger, states, merged, new Wish.Stale())))
        .containsExactly(
            "2026-11-19 new rows in lake.raw.events of 2026-11-19",
            "2026-11-20 lake.gold.daily is remade for 2026-11-19");
    assertThat(plan(ledger, states, merged, new Wish.Every(old, old)).steps())
        .extracting(Step::day)
        .containsExactly(old, DAY.minusDays(2), DAY.minusDays(1), DAY);
    Attempt failed =
        new Attempt(
            "run", GOLD, old, Attempt.Status.FAILED, List.of(), "code", 0, "[]", NOON, NOON, "no");
    Ledger further =
        new Ledger(Stream.concat(ledger.attempts().stream(), Stream.of(failed)).toList());
    Wish retry = new Wish.Unmade(Map.of(GOLD, new TreeSet<>(Set.of(old))));
    assertThat(plan(further, states, merged, retry).steps()).hasSize(4);
    assertThat(plan(ledger, states, merged, retry).steps()).isEmpty();
  }

  @Test
  void aWholeTableThatWasMadeForAnOldDaySinceIsMadeForTheLastDayAgain() {
    Recipe whole = new Recipe(GOLD, new Materialization.Whole(), List.of(Read.all(RAW)), "code");
    Map<TableName, TableState> states = Map.of(RAW, state(SAME), GOLD, state(SAME));
    List<Attempt> attempts = new ArrayList<>(made(DAY).attempts());

    assertThat(plan(new Ledger(attempts), states, whole, new Wish.Stale()).steps()).isEmpty();
    attempts.add(attempt(GOLD, DAY.minusDays(10), RAW, NOON));
    assertThat(steps(plan(new Ledger(attempts), states, whole, new Wish.Stale())))
        .containsExactly(DAY + " never made");
  }

  @Test
  void aTableThatIsGoneWasNeverMade() {
    Ledger ledger = made(DAY, DAY.minusDays(1), DAY.minusDays(2));

    assertThat(plan(ledger, SAME, new Wish.Stale()).steps()).isEmpty();
    assertThat(steps(plan(ledger, Map.of(RAW, state(SAME)), job, new Wish.Stale())))
        .hasSize(3)
        .allMatch(step -> step.endsWith("never made"));
  }

  @Test
  void whatIsCopiedFromElsewhereIsCopiedOnceHoweverManyDaysAreForced() {
    Recipe copy = new Recipe(GOLD, new Materialization.Merge(List.of("id")), List.of(), "code");
    Wish forced = new Wish.Every(DAY.minusDays(9), DAY);

    assertThat(steps(plan(made(), Map.of(GOLD, state(SAME)), copy, forced)))
        .containsExactly(DAY + " asked for");
  }

  @Test
  void withoutATableItNeedsAJobIsLeftOutAndWithoutOneItMayMissItIsNot() {
    Recipe optional =
        new Recipe(
            new TableName("gold", "other"),
            new Materialization.Day(),
            List.of(Read.day(RAW).orNothing()),
            "code");
    Plan plan =
        Planner.decide(
            new Ledger(List.of()),
            Map.of(),
            List.of(job, optional),
            table -> true,
            CLOSING,
            new Wish.Every(DAY, DAY));

    assertThat(plan.skipped()).containsExactly(new Plan.NoInput(GOLD, RAW));
    assertThat(plan.steps()).singleElement().extracting(Step::table).isEqualTo(optional.table());
  }

  private Plan plan(Ledger ledger, Touched raw, Wish wish) {
    return plan(ledger, Map.of(RAW, state(raw), GOLD, state(SAME)), job, wish);
  }

  private static Plan plan(
      Ledger ledger, Map<TableName, TableState> states, Recipe recipe, Wish wish) {
    return Planner.decide(ledger, states, List.of(recipe), table -> true, CLOSING, wish);
  }

  private static List<String> steps(Plan plan) {
    return plan.steps().stream().map(step -> step.day() + " " + step.why()).toList();
  }

  private static Ledger made(LocalDate... days) {
    return new Ledger(
        Arrays.stream(days).map(day -> attempt(GOLD, day, RAW, Instant.EPOCH)).toList());
  }

  private static Attempt attempt(TableName table, LocalDate day, TableName read, Instant started) {
    return new Attempt(
        "run",
        table,
        day,
        Attempt.Status.OK,
        List.of(new Attempt.Input(read, OLD, "")),
        "code",
        1,
        "[]",
        started,
        started.plusSeconds(1),
        "");
  }

  private static TableState state(Touched touched) {
    return new TableState() {
      @Override
      public TableVersion version() {
        return NEW;
      }

      @Override
      public Optional<LocalDate> firstDay() {
        return Optional.of(DAY.minusDays(30));
      }

      @Override
      public Touched since(TableVersion then) {
        return touched;
      }

      @Override
      public Volume volume(LocalDate from, LocalDate to) {
        return Volume.NONE;
      }
    };
  }
}
