package dev.sluice.transform.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
  private static final Closing CLOSING =
      new Closing(Instant.parse("2026-11-21T03:00:00Z"), Duration.ofHours(1), 3);

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
            Map.of(RAW, state(Touched.days(Set.of(), Touched.How.SNAPSHOTS)), GOLD, state(unknown)),
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
    return Planner.decide(
        ledger, Map.of(RAW, state(raw)), List.of(job), table -> true, CLOSING, wish);
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
