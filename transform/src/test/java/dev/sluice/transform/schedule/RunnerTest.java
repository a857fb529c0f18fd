package dev.sluice.transform.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.schedule.PropertiesInMemory.Fault;
import dev.sluice.transform.schedule.ScheduleSettings.Alerts;
import dev.sluice.transform.schedule.ScheduleSettings.Entry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A runner in simulated time: what it runs, when, and that two never run at once. */
class RunnerTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final SimulatedTime time = new SimulatedTime(NOON);
  private final PropertiesInMemory properties = new PropertiesInMemory();
  private final Script script = new Script(time);
  private final List<Told> told = new ArrayList<>();
  private Catchup catchUp = Catchup.LAST;
  private Duration timeout = Duration.ofHours(6);

  @Test
  void theNightRunsOnceWhenItIsDueAndIdleRunnersWriteNothing() throws Exception {
    Runner runner = runner("one");
    until(runner, NOON.plus(Duration.ofHours(1)));
    int known = properties.swaps();
    until(runner, Instant.parse("2026-11-21T03:29:59Z"));
    assertThat(script.started()).isEmpty();
    assertThat(properties.swaps()).as("written while nothing was due").isEqualTo(known);

    until(runner, Instant.parse("2026-11-21T04:00:00Z"));
    assertThat(script.started()).containsExactly("nightly --date 2026-11-20");
    assertThat(told(Told.Began.class).get(0).due()).isEqualTo("2026-11-21T03:30:00Z");
    assertThat(standing().past().success()).isPresent();
  }

  @Test
  void aFailedRunIsTriedAgainLaterEachTimeAndThenGivenUp() throws Exception {
    for (int i = 0; i < 4; i++) {
      script.then(Duration.ofSeconds(10), 1);
    }
    Runner runner = runner("one");
    until(runner, Instant.parse("2026-11-21T06:00:00Z"));

    assertThat(script.started()).hasSize(4);
    assertThat(told(Told.Failed.class)).hasSize(3);
    assertThat(told(Told.GivenUp.class))
        .singleElement()
        .satisfies(given -> assertThat(given.why()).isEqualTo("it broke"));
    // Of 1, 2 and 4 minutes chance takes up to half.
    List<Instant> retries = told(Told.Failed.class).stream().map(Told.Failed::retry).toList();
    Instant first = Instant.parse("2026-11-21T03:30:10Z");
    assertThat(retries.get(0)).isBetween(first.plusSeconds(30), first.plusSeconds(60));
    assertThat(Duration.between(retries.get(0), retries.get(1)))
        .isBetween(Duration.ofSeconds(70), Duration.ofSeconds(132));
    assertThat(Duration.between(retries.get(1), retries.get(2)))
        .isBetween(Duration.ofSeconds(130), Duration.ofSeconds(252));

    until(runner, Instant.parse("2026-11-22T06:00:00Z"));
    assertThat(told(Told.Recovered.class)).hasSize(1);
    assertThat(standing().past().failures()).isZero();
  }

  @Test
  void aRunThatTakesTooLongIsEndedAndHasFailed() throws Exception {
    timeout = MINUTE.multipliedBy(5);
    script.then(Duration.ofHours(9), 0);
    until(runner("one"), Instant.parse("2026-11-21T03:36:00Z"));

    assertThat(told(Told.Failed.class))
        .singleElement()
        .satisfies(failed -> assertThat(failed.why()).contains("ended after 300 s"));
    assertThat(script.going()).isZero();
  }

  @Test
  void aCommandThatCannotBeStartedHasFailed() throws Exception {
    script.then(Duration.ofSeconds(-1), 0);
    until(runner("one"), Instant.parse("2026-11-21T04:00:00Z"));

    assertThat(told(Told.Failed.class).get(0).why()).contains("no such program");
    assertThat(told(Told.Succeeded.class)).hasSize(1);
  }

  @Test
  void afterDowntimeTheLatestRunsOrNoneOrAllTheOldestFirst() throws Exception {
    assertThat(daysAfterDowntime(Catchup.LAST)).containsExactly("nightly --date 2026-12-01");
    assertThat(daysAfterDowntime(Catchup.SKIP)).isEmpty();
    // Seven is the limit: older days are left out.
    assertThat(daysAfterDowntime(Catchup.ALL))
        .hasSize(7)
        .startsWith("nightly --date 2026-11-25")
        .endsWith("nightly --date 2026-12-01");
    assertThat(standing().past().skipped()).isEqualTo(5);
  }

  private List<String> daysAfterDowntime(Catchup policy) throws Exception {
    catchUp = policy;
    script.started().clear();
    time.set(NOON);
    new Bulletin(properties)
        .change(
            board -> Optional.of(board.with("nightly", Standing.fresh("30 3 * * * UTC", NOON))));
    time.set(Instant.parse("2026-12-02T12:00:00Z"));
    until(runner("later " + policy), Instant.parse("2026-12-02T13:00:00Z"));
    return List.copyOf(script.started());
  }

  @Test
  void aPausedScheduleRunsNothingButWhatIsAskedForAndCatchesUpWhenResumed() throws Exception {
    Runner runner = runner("one");
    until(runner, NOON.plusSeconds(60));
    change(Standing::pausedUntilResumed);
    until(runner, Instant.parse("2026-11-22T12:00:00Z"));
    assertThat(script.started()).isEmpty();

    change(standing -> standing.asking(LocalDate.of(2026, 11, 1)));
    until(runner, Instant.parse("2026-11-22T12:05:00Z"));
    assertThat(script.started()).containsExactly("nightly --date 2026-11-01");

    change(Standing::resumed);
    until(runner, Instant.parse("2026-11-22T12:10:00Z"));
    assertThat(script.started()).endsWith("nightly --date 2026-11-21").hasSize(2);
  }

  @Test
  void aClockThatIsSetBackRunsNothingTwiceAndOneSetForwardCatchesUp() throws Exception {
    Runner runner = runner("one");
    until(runner, Instant.parse("2026-11-21T03:31:00Z"));
    time.set(Instant.parse("2026-11-21T02:50:00Z"));
    until(runner, Instant.parse("2026-11-21T03:50:00Z"));
    assertThat(script.started()).hasSize(1);

    time.set(Instant.parse("2026-11-22T05:00:00Z"));
    until(runner, Instant.parse("2026-11-22T05:01:00Z"));
    assertThat(script.started()).hasSize(2);

    // It showed the year 2030 for a moment: nights of 2026 must not wait until then.
    time.set(Instant.parse("2030-01-01T00:00:00Z"));
    until(runner, Instant.parse("2030-01-01T00:01:00Z"));
    time.set(Instant.parse("2026-11-22T12:00:00Z"));
    until(runner, Instant.parse("2026-11-23T12:00:00Z"));
    assertThat(script.started()).endsWith("nightly --date 2026-11-22");
  }

  @Test
  void aClockSetBackMakesNoRetryWaitLongerThanTheLimit() throws Exception {
    script.then(Duration.ofSeconds(1), 1);
    Runner runner = runner("one");
    until(runner, Instant.parse("2026-11-21T03:30:02Z"));
    time.set(Instant.parse("2026-11-20T20:00:00Z"));
    until(runner, Instant.parse("2026-11-20T20:01:00Z"));

    assertThat(script.started()).hasSize(2);
  }

  @Test
  void ofTwoRunnersOneRunsAndTheOtherTakesOverWhenItIsGone() throws Exception {
    Runner one = runner("one");
    Runner two = runner("two");
    until(one, NOON.plusSeconds(1));
    time.set(Instant.parse("2026-11-21T03:30:00Z"));
    script.then(Duration.ofMinutes(20), 0);
    script.meanwhile(() -> pass(two));
    assertThat(one.pass()).isZero();

    assertThat(script.started()).hasSize(1);
    assertThat(script.mostAtOnce()).isEqualTo(1);
    assertThat(told(Told.Succeeded.class)).hasSize(1);
    assertThat(new Bulletin(properties).read().board().lease().number()).isEqualTo(1);
  }

  @Test
  void aRunnerThatDiesIsReplacedAfterTheLeaseAndItsRunTriedAgain() throws Exception {
    Runner one = runner("one");
    until(one, NOON.plusSeconds(1));
    time.set(Instant.parse("2026-11-21T03:30:00Z"));
    script.then(Duration.ofHours(1), 0);
    script.meanwhile(
        () -> {
          throw new Killed();
        });
    try {
      one.pass();
    } catch (Killed gone) {
      script.meanwhile(() -> {});
    }
    Runner two = runner("two");
    until(two, Instant.parse("2026-11-21T03:30:59Z"));
    assertThat(script.started()).hasSize(1);
    until(two, Instant.parse("2026-11-21T03:35:00Z"));

    assertThat(told(Told.Failed.class).get(0).why()).contains("went away");
    assertThat(script.started()).hasSize(2);
    assertThat(told(Told.Began.class)).extracting(Told.Began::fence).containsExactly(1L, 2L);
    assertThat(standing().past().success()).isPresent();
  }

  @Test
  void aRunnerCutOffFromTheTableEndsItsRunBeforeAnotherMayBegin() throws Exception {
    Runner one = runner("one");
    until(one, NOON.plusSeconds(1));
    time.set(Instant.parse("2026-11-21T03:30:00Z"));
    Instant began = time.now();
    script.then(Duration.ofHours(1), 0);
    boolean[] cut = {false};
    script.meanwhile(
        () -> {
          if (!cut[0]) {
            cut[0] = true;
            for (int i = 0; i < 100; i++) {
              properties.next(Fault.UNREACHABLE);
            }
          }
        });
    one.pass();

    assertThat(script.going()).isZero();
    assertThat(told(Told.Troubled.class)).isNotEmpty();
    assertThat(told(Told.Troubled.class).get(0).why()).contains("could not be kept");
    // It gave up telling when the lease was over, and not before it tried.
    assertThat(time.now()).isBetween(began.plusSeconds(60), began.plusSeconds(70));
  }

  @Test
  void theSharedTableIsMadeWhenSomethingIsDueAndNotBefore() throws Exception {
    Runner runner = runner("one");
    properties.next(Fault.MISSING);
    assertThat(runner.pass()).isEqualTo(Duration.ofSeconds(20));
    assertThat(script.started()).isEmpty();

    time.set(Instant.parse("2026-11-21T03:30:00Z"));
    script.then(Duration.ofSeconds(5), 1);
    properties.next(Fault.MISSING, Fault.MISSING);
    assertThat(runner.pass()).isPositive();
    assertThat(told(Told.Troubled.class).get(0).why()).contains("could not be made: it broke");
    assertThat(runner.pass()).isZero();
    until(runner, Instant.parse("2026-11-21T03:40:00Z"));
    assertThat(script.started())
        .containsExactly("schedule prepare", "schedule prepare", "nightly --date 2026-11-20");
  }

  @Test
  void aLostAnswerNeitherLosesNorDoublesARun() throws Exception {
    Runner runner = runner("one");
    until(runner, NOON.plusSeconds(1));
    time.set(Instant.parse("2026-11-21T03:30:00Z"));
    // It began on the board, but the runner cannot know: nothing runs until the lease is over.
    properties.next(Fault.NONE, Fault.ANSWER_LOST);
    runner.pass();
    assertThat(script.started()).isEmpty();
    until(runner, Instant.parse("2026-11-21T03:40:00Z"));
    assertThat(script.started()).hasSize(1);
    assertThat(told(Told.Succeeded.class)).hasSize(1);
  }

  @Test
  void aStoppedRunnerEndsItsRunAndTheNextOneBeginsItAgainAtOnce() throws Exception {
    Runner one = runner("one");
    until(one, NOON.plusSeconds(1));
    time.set(Instant.parse("2026-11-21T03:30:00Z"));
    script.then(Duration.ofHours(1), 0);
    script.meanwhile(one::stop);
    one.pass();
    script.meanwhile(() -> {});
    assertThat(script.going()).isZero();

    until(runner("two"), Instant.parse("2026-11-21T03:31:00Z"));
    assertThat(told(Told.Began.class)).extracting(Told.Began::attempt).containsExactly(1, 1);
    assertThat(standing().past().success()).isPresent();
  }

  /** As if the process were gone between two lines. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private Runner runner(String name) {
    Entry entry =
        new Entry(
            "30 3 * * *",
            "UTC",
            "nightly --date {day}",
            catchUp,
            Duration.ofMinutes(10),
            7,
            Duration.ofDays(30),
            3,
            MINUTE,
            MINUTE.multipliedBy(30),
            timeout);
    return new Runner(
        name,
        new ScheduleSettings(
            Map.of("nightly", entry),
            MINUTE,
            Duration.ofSeconds(20),
            new Alerts(Optional.empty(), Optional.empty(), 1, MINUTE)),
        new Bulletin(properties),
        script,
        time,
        new Random(5),
        new Onlooker() {
          @Override
          public void told(Told what) {
            told.add(what);
          }

          @Override
          public void seen(Board board) {
            assertThat(board.standings().size()).isLessThan(2);
          }
        });
  }

  private void until(Runner runner, Instant end) throws InterruptedException {
    while (time.now().isBefore(end)) {
      Duration rest = runner.pass();
      Duration left = Duration.between(time.now(), end);
      if (!left.isNegative()) {
        time.rest(rest.compareTo(left) < 0 ? rest : left);
      }
    }
  }

  private static void pass(Runner runner) {
    try {
      runner.pass();
    } catch (InterruptedException never) {
      throw new AssertionError(never);
    }
  }

  private Standing standing() throws Exception {
    return new Bulletin(properties).read().board().standing("nightly").orElseThrow();
  }

  private void change(UnaryOperator<Standing> change) throws Exception {
    new Bulletin(properties)
        .change(
            board ->
                Optional.of(
                    board.with("nightly", change.apply(board.standing("nightly").orElseThrow()))));
  }

  private <T> List<T> told(Class<T> type) {
    return told.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
