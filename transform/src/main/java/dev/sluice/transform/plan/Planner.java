package dev.sluice.transform.plan;

import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Decides what is to run, from what was made and what the tables are. It touches nothing.
 *
 * <p>A day of a table is stale when it was never made, when its last attempt failed, when another
 * job made it, or when a closed day that it reads has changed since; and where days lie over each
 * other, when an earlier day is made anew. Without its table nothing of it was made. What an open
 * day gains is left for the night after it closes, for it would be stale again. The jobs come in
 * the order they run, so what a step touches is known when those who read it are looked at.
 */
public final class Planner {
  private final Ledger ledger;
  private final Map<TableName, TableState> states;
  private final Closing closing;

  private final Map<TableName, Recipe> recipes = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Plan.NoInput> skipped = new ArrayList<>();
  private final Map<TableName, SortedSet<LocalDate>> remade = new HashMap<>();

  private Planner(Ledger ledger, Map<TableName, TableState> states, Closing closing) {
    this.ledger = ledger;
    this.states = Map.copyOf(states);
    this.closing = closing;
  }

  /**
   * Decides.
   *
   * @param states the tables that are there, of those that the jobs read or make
   * @param jobs in the order they run
   * @param chosen the tables that may be made; others are left as they are
   */
  public static Plan decide(
      Ledger ledger,
      Map<TableName, TableState> states,
      List<Recipe> jobs,
      Predicate<TableName> chosen,
      Closing closing,
      Wish wish) {
    Planner planner = new Planner(ledger, states, closing);
    jobs.forEach(job -> planner.recipes.put(job.table(), job));
    for (Recipe job : jobs) {
      if (chosen.test(job.table())) {
        planner.look(job, wish);
      }
    }
    return new Plan(planner.steps, planner.skipped);
  }

  private void look(Recipe job, Wish wish) {
    Optional<TableName> missing =
        job.reads().stream()
            .filter(read -> !read.optional())
            .map(Read::table)
            .filter(table -> !states.containsKey(table) && !remade.containsKey(table))
            .findFirst();
    if (missing.isPresent()) {
      skipped.add(new Plan.NoInput(job.table(), missing.get()));
      return;
    }
    SortedSet<LocalDate> asked = new TreeSet<>(days(job, wish));
    SortedSet<LocalDate> all = new TreeSet<>(asked);
    if (job.layered() && !asked.isEmpty() && states.containsKey(job.table())) {
      all.addAll(ledger.madeBeyond(job.table(), asked.first()));
    }
    for (LocalDate day : all) {
      List<Reason> reasons = new ArrayList<>();
      if (asked.contains(day)) {
        reasons.addAll(reasons(job, day, wish));
      }
      if (reasons.isEmpty() && job.layered() && remade.containsKey(job.table())) {
        // The earlier day writes over rows that this one was the last to set.
        reasons.add(new Reason.Upstream(job.table(), remade.get(job.table())));
      }
      if (!reasons.isEmpty()) {
        steps.add(new Step(job.table(), day, reasons, reads(job, day)));
        remade.computeIfAbsent(job.table(), name -> new TreeSet<>()).add(day);
      }
    }
  }

  private List<LocalDate> days(Recipe job, Wish wish) {
    if (wish instanceof Wish.Every every) {
      return job.whole() || job.copied()
          ? List.of(every.to())
          : every.from().datesUntil(every.to().plusDays(1)).toList();
    }
    if (wish instanceof Wish.Unmade unmade) {
      return List.copyOf(unmade.days().getOrDefault(job.table(), new TreeSet<>()));
    }
    LocalDate from = closing.horizon();
    LocalDate to = closing.lastClosed();
    if (wish instanceof Wish.StaleWithin within) {
      from = within.from();
      to = within.to().isAfter(closing.today()) ? closing.today() : within.to();
    }
    if (job.whole()) {
      return to.isBefore(from) ? List.of() : List.of(to);
    }
    // What reads only tables without days is made from what they are now: there is no other day.
    LocalDate first = firstDay(job).orElse(to);
    LocalDate start = first.isAfter(from) ? first : from;
    return start.isAfter(to) ? List.of() : start.datesUntil(to.plusDays(1)).toList();
  }

  /** The first day that any of the tables has rows of, that a job reads. */
  private Optional<LocalDate> firstDay(Recipe job) {
    Optional<LocalDate> first = Optional.empty();
    for (Read read : job.reads()) {
      Optional<LocalDate> own =
          Optional.ofNullable(states.get(read.table())).flatMap(TableState::firstDay);
      if (daily(read.table()) && remade.containsKey(read.table())) {
        own = earlier(own, Optional.of(remade.get(read.table()).first()));
      }
      first = earlier(first, own);
    }
    return first;
  }

  private static Optional<LocalDate> earlier(Optional<LocalDate> one, Optional<LocalDate> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.or(() -> other);
    }
    return one.get().isBefore(other.get()) ? one : other;
  }

  private boolean daily(TableName table) {
    Recipe maker = recipes.get(table);
    return maker != null && maker.daily();
  }

  private List<Reason> reasons(Recipe job, LocalDate day, Wish wish) {
    if (wish instanceof Wish.Every) {
      return List.of(new Reason.Requested());
    }
    List<Reason> reasons = new ArrayList<>();
    ledger
        .failed(job.table(), day)
        .ifPresent(last -> reasons.add(new Reason.Failed(last.run(), last.why())));
    if (wish instanceof Wish.Unmade) {
      return reasons;
    }
    Optional<Attempt> made = made(job, day);
    if (made.isEmpty()) {
      return reasons.isEmpty() ? List.of(new Reason.Missing()) : reasons;
    }
    if (!made.get().code().equals(job.code())) {
      reasons.add(new Reason.CodeChanged());
    }
    for (Read read : job.reads()) {
      changed(read, day, made.get()).ifPresent(reasons::add);
      upstream(read, day).ifPresent(reasons::add);
    }
    return reasons;
  }

  /** What made a day that is still there: a table may be gone, or be whole as of another day. */
  private Optional<Attempt> made(Recipe job, LocalDate day) {
    if (!states.containsKey(job.table())) {
      return Optional.empty();
    }
    return job.whole()
        ? ledger.newest(job.table()).filter(attempt -> attempt.day().equals(day))
        : ledger.made(job.table(), day);
  }

  /** Whether what a table held when the day was made is not what it holds now. */
  private Optional<Reason> changed(Read read, LocalDate day, Attempt made) {
    TableName table = read.table();
    Optional<TableState> now = Optional.ofNullable(states.get(table));
    Optional<TableVersion> then = made.input(table).map(Attempt.Input::version);
    if (now.isEmpty()) {
      return then.map(gone -> new Reason.InputChanged(table, "it is not there any more"));
    }
    if (then.isEmpty()) {
      return Optional.of(new Reason.InputChanged(table, "it was not there before"));
    }
    Touched touched = touched(table, now.get(), then.get());
    if (touched instanceof Touched.Days some) {
      SortedSet<LocalDate> seen = Recipe.seen(read, day, some.days());
      seen.removeIf(other -> other.isAfter(closing.lastClosed()));
      return seen.isEmpty()
          ? Optional.empty()
          : Optional.of(new Reason.LateData(table, seen, some.how()));
    }
    return Optional.of(new Reason.InputChanged(table, ((Touched.Everything) touched).why()));
  }

  /**
   * What neither snapshots nor manifests tell of a table that we made ourselves, the ledger may.
   */
  private Touched touched(TableName table, TableState now, TableVersion then) {
    Touched touched = now.since(then);
    boolean certain = touched instanceof Touched.Days some && some.how() == Touched.How.SNAPSHOTS;
    if (certain || !daily(table) || !now.version().uuid().equals(then.uuid())) {
      return touched;
    }
    return Touched.days(ledger.madeAfter(table, then.committed()), Touched.How.LEDGER);
  }

  /** Whether a step before this one changes what the day is made from. */
  private Optional<Reason> upstream(Read read, LocalDate day) {
    TableName table = read.table();
    if (!remade.containsKey(table)) {
      return Optional.empty();
    }
    if (!Objects.requireNonNull(recipes.get(table)).daily()) {
      return Optional.of(new Reason.Upstream(table, new TreeSet<>()));
    }
    SortedSet<LocalDate> seen = Recipe.seen(read, day, remade.get(table));
    return seen.isEmpty() ? Optional.empty() : Optional.of(new Reason.Upstream(table, seen));
  }

  private Volume reads(Recipe job, LocalDate day) {
    Volume all = Volume.NONE;
    for (Read read : job.reads()) {
      TableState state = states.get(read.table());
      if (state != null) {
        all = all.plus(state.volume(Recipe.first(read, day), Recipe.last(read, day)));
      }
    }
    return all;
  }

  /** What a run found out about an input, for the ledger. */
  public static String decided(Step step, TableName table) {
    return step.reasons().stream()
        .filter(reason -> reason instanceof Reason.LateData late && late.table().equals(table))
        .map(reason -> ((Reason.LateData) reason).how().name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
