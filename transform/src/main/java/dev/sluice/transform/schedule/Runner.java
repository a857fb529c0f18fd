package dev.sluice.transform.schedule;

import dev.sluice.transform.schedule.Bulletin.Reading;
import dev.sluice.transform.schedule.ScheduleSettings.Entry;
import dev.sluice.transform.schedule.SharedProperties.Swap;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * One of perhaps several that run the same schedules. Whoever finds something due takes the lease
 * and writes that it begins in one swap, so one runner begins it; it shows signs of life while the
 * command runs, and writes how it ended as it gives the lease back. Idle, nobody writes anything.
 *
 * <p>A runner that could not show a sign of life for the lease's length ends its command. It counts
 * from before its last sign was sent; another counts from when it saw that, and twice as long.
 */
final class Runner {
  private static final String GONE = "the runner went away while it ran";
  private static final String STOPPED = "the runner was stopped";
  private static final List<String> PREPARE = List.of("schedule", "prepare");
  private static final Duration MAKING = Duration.ofMinutes(10);
  private static final int LAST_TRIES = 3;
  private static final Duration BREATH = Duration.ofSeconds(1);

  private final String name;
  private final ScheduleSettings settings;
  private final Bulletin bulletin;
  private final Errand errand;
  private final Timepiece time;
  private final RandomGenerator random;
  private final Onlooker onlooker;
  private final Map<String, Agenda> agendas = new TreeMap<>();
  private final Watch watch;
  private final Instant since;
  private Duration makingAgain = Duration.ZERO;
  private volatile boolean stopping;

  /**
   * @param name told apart from every other runner, also from one that ran here before
   */
  Runner(
      String name,
      ScheduleSettings settings,
      Bulletin bulletin,
      Errand errand,
      Timepiece time,
      RandomGenerator random,
      Onlooker onlooker) {
    this.name = name;
    this.settings = settings;
    this.bulletin = bulletin;
    this.errand = errand;
    this.time = time;
    this.random = random;
    this.onlooker = onlooker;
    this.watch = new Watch(time);
    this.since = time.now();
    settings.effective().forEach((key, entry) -> agendas.put(key, new Agenda(entry)));
  }

  /** From now on nothing begins, and what runs is ended and waits for the next runner. */
  void stop() {
    stopping = true;
  }

  /** Does what is due, at most one thing; returns how long nothing will be. */
  Duration pass() throws InterruptedException {
    try {
      Reading reading = bulletin.read();
      onlooker.seen(reading.board());
      makingAgain = Duration.ZERO;
      Lease lease = reading.board().lease();
      if (!watch.free(lease)) {
        return shorter(settings.look(), watch.left(lease));
      }
      Instant now = time.now();
      Optional<Choice> first =
          choices(reading.board(), now).stream().min(Comparator.comparing(Choice::due));
      if (first.isPresent()) {
        return act(reading, first.get(), now) ? Duration.ZERO : BREATH;
      }
      return untilDue(reading.board(), now);
    } catch (SharedProperties.Missing missing) {
      return make();
    } catch (IOException unreachable) {
      onlooker.told(new Told.Troubled(String.valueOf(unreachable.getMessage())));
      return settings.look();
    }
  }

  /**
   * The shared table is made when something is due, for until then there is nothing to agree on.
   */
  private Duration make() throws InterruptedException {
    Instant now = time.now();
    Optional<Instant> first =
        agendas.values().stream()
            .flatMap(agenda -> agenda.first(since).stream())
            .min(Comparator.naturalOrder());
    if (first.isEmpty() || first.get().isAfter(now)) {
      Duration left = first.map(due -> Duration.between(now, due)).orElse(settings.look());
      return shorter(settings.look(), left);
    }
    String why = attend(PREPARE, MAKING, Optional.empty());
    if (!why.isEmpty()) {
      onlooker.told(new Told.Troubled("the table of runs could not be made: " + why));
    } else if (makingAgain.isZero()) {
      makingAgain = BREATH;
      return Duration.ZERO;
    }
    makingAgain = shorter(MAKING, makingAgain.plus(BREATH).multipliedBy(2));
    return makingAgain;
  }

  /** Something to do about a schedule. */
  private record Choice(String schedule, Agenda agenda, Decision decision) {
    Instant due() {
      return decision instanceof Decision.Start start ? start.turn().due() : Instant.MIN;
    }
  }

  private List<Choice> choices(Board board, Instant now) {
    List<Choice> choices = new ArrayList<>();
    agendas.forEach(
        (schedule, agenda) -> {
          Decision decision = agenda.decide(board.standing(schedule), since, now);
          if (!(decision instanceof Decision.Rest)) {
            choices.add(new Choice(schedule, agenda, decision));
          }
        });
    return choices;
  }

  /** Never longer than a look, so that a clock that is set and a word from people are noticed. */
  private Duration untilDue(Board board, Instant now) {
    Duration longest = settings.look();
    for (Map.Entry<String, Agenda> entry : agendas.entrySet()) {
      Decision decision = entry.getValue().decide(board.standing(entry.getKey()), since, now);
      if (decision instanceof Decision.Rest rest && rest.until().isPresent()) {
        longest = shorter(longest, Duration.between(now, rest.until().get()));
      }
    }
    return longest;
  }

  /** Whether it was done, and not somebody else or nobody did it. */
  private boolean act(Reading reading, Choice choice, Instant now)
      throws IOException, InterruptedException {
    String schedule = choice.schedule();
    if (choice.decision() instanceof Decision.Note note) {
      Board after = reading.board().with(schedule, note.after());
      return bulletin.write(reading, after) == Swap.DONE;
    } else if (choice.decision() instanceof Decision.Abandoned abandoned) {
      Ended gone = new Ended(choice, abandoned.turn(), GONE);
      Board after = gone.on(reading.board(), now, random).with(reading.board().lease().released());
      if (bulletin.write(reading, after) == Swap.DONE) {
        tell(gone, after);
        return true;
      }
      return false;
    }
    return choice.decision() instanceof Decision.Start start && begin(reading, choice, start, now);
  }

  private boolean begin(Reading reading, Choice choice, Decision.Start start, Instant now)
      throws IOException, InterruptedException {
    Lease lease = reading.board().lease().taken(name, settings.lease(), now);
    Standing begun = start.before().begun(start.turn(), now);
    Turn turn = begun.turn().orElseThrow();
    long heard = time.nanos();
    Board board = reading.board().with(lease).with(choice.schedule(), begun);
    if (bulletin.write(reading, board) != Swap.DONE) {
      return false;
    }
    onlooker.told(
        new Told.Began(choice.schedule(), turn.due(), turn.day(), turn.attempts(), lease.number()));
    Tenure tenure = new Tenure(bulletin, time, name, lease, heard);
    Entry entry = choice.agenda().entry();
    String why = attend(entry.words(turn.day()), entry.timeout(), Optional.of(tenure));
    finish(tenure, new Ended(choice, turn, why));
    return true;
  }

  /** Runs the command; why it failed, or nothing. */
  private String attend(List<String> words, Duration timeout, Optional<Tenure> tenure)
      throws InterruptedException {
    long began = time.nanos();
    Errand.Going going;
    try {
      going = errand.start(words);
    } catch (IOException notStarted) {
      return "it could not be started: " + notStarted.getMessage();
    }
    try {
      while (true) {
        Duration left = timeout.minusNanos(time.nanos() - began);
        if (left.isNegative() || left.isZero()) {
          return "it was ended after " + timeout.toSeconds() + " s; see timeout";
        }
        Duration wait = shorter(left, tenure.map(Tenure::untilRenewal).orElse(BREATH));
        Optional<Errand.Ending> ending = going.await(shorter(BREATH, wait));
        if (ending.isPresent()) {
          return ending.get().well() ? "" : ending.get().why();
        }
        if (stopping) {
          return STOPPED;
        }
        Optional<String> lost = tenure.flatMap(Tenure::renew);
        if (lost.isPresent()) {
          onlooker.told(new Told.Troubled(lost.get()));
          return lost.get();
        }
      }
    } finally {
      going.stop();
    }
  }

  /** Writes how it ended, while nobody else may have taken over. */
  private void finish(Tenure tenure, Ended ended) throws InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        Board after =
            bulletin.change(
                board ->
                    tenure.holds(board.lease())
                        ? Optional.of(
                            ended.on(board, time.now(), random).with(board.lease().released()))
                        : Optional.empty());
        onlooker.seen(after);
        if (tenure.gaveBack(after.lease())) {
          tell(ended, after);
        } else {
          onlooker.told(new Told.Troubled("another runner took over " + ended.choice.schedule()));
        }
        return;
      } catch (IOException unreachable) {
        onlooker.told(new Told.Troubled(String.valueOf(unreachable.getMessage())));
        if (tenure.over() || (stopping && tries == LAST_TRIES)) {
          return;
        }
        time.rest(BREATH);
      }
    }
  }

  private void tell(Ended ended, Board after) {
    String schedule = ended.choice.schedule();
    Turn turn = ended.turn;
    Optional<Turn> again = after.standing(schedule).flatMap(Standing::turn);
    if (ended.why.isEmpty()) {
      onlooker.told(new Told.Succeeded(schedule, turn.day(), turn.attempts()));
      if (ended.choice.decision() instanceof Decision.Start start && start.before().past().down()) {
        onlooker.told(new Told.Recovered(schedule, turn.day()));
      }
    } else if (again.isPresent() && again.get().state() instanceof Turn.Waiting waiting) {
      onlooker.told(
          new Told.Failed(schedule, turn.day(), turn.attempts(), ended.why, waiting.until()));
    } else {
      onlooker.told(new Told.GivenUp(schedule, turn.due(), turn.day(), turn.attempts(), ended.why));
    }
  }

  /** An attempt that is over; it failed unless {@code why} is empty. */
  private record Ended(Choice choice, Turn turn, String why) {
    Board on(Board board, Instant now, RandomGenerator random) {
      Standing before = board.standing(choice.schedule()).orElseThrow();
      if (why.equals(STOPPED)) {
        return board.with(choice.schedule(), before.interrupted(now));
      }
      Standing after =
          why.isEmpty()
              ? before.succeeded(now)
              : before.failed(now, why, choice.agenda().retry(turn, now, random));
      return board.with(choice.schedule(), after);
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
