package dev.sluice.transform;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.plan.Closing;
import dev.sluice.transform.plan.Wish;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a night is asked for, in the words of a command line. */
final class NightWords {
  static final String USAGE =
      "usage: Nightly [--date D | --from D --to D [--force] [--parallel N] | --retry RUN]"
          + " [--project DIR] [--jobs a,b] [--dry-run] [--run NAME] [--horizon DAYS] [--close-after MINUTES]";

  private static final int MOST_PARALLEL = 64;
  private static final Set<String> FLAGS = Set.of("--dry-run", "--force");
  private static final Set<String> OPTIONS =
      Set.of(
          "--date",
          "--from",
          "--to",
          "--parallel",
          "--retry",
          "--project",
          "--jobs",
          "--run",
          "--horizon",
          "--close-after");

  private final Map<String, String> values = new HashMap<>();

  private NightWords() {}

  /** Reads the words, or fails in one line that says which is wrong. */
  static NightWords of(List<String> words) {
    NightWords read = new NightWords();
    Deque<String> rest = new ArrayDeque<>(words);
    while (!rest.isEmpty()) {
      String name = rest.remove();
      boolean known = OPTIONS.contains(name);
      if (!known && !FLAGS.contains(name)) {
        throw new JobFailure("there is no " + name + "; " + USAGE);
      }
      if (known && rest.isEmpty()) {
        throw new JobFailure(name + " names nothing; " + USAGE);
      }
      read.values.put(name, known ? rest.remove() : "");
    }
    read.check();
    return read;
  }

  private void check() {
    long asked = Set.of("--date", "--from", "--retry").stream().filter(values::containsKey).count();
    boolean half = values.containsKey("--from") != values.containsKey("--to");
    boolean ofDays = values.containsKey("--from");
    if (asked > 1 || half || (!ofDays && (flag("--force") || values.containsKey("--parallel")))) {
      throw new JobFailure(USAGE);
    }
    days();
    parallel();
    closing(Instant.EPOCH);
  }

  /** The days, unless a run is to be tried again or whatever is stale is meant. */
  private Optional<Wish> days() {
    if (values.containsKey("--date")) {
      LocalDate day = day("--date");
      return Optional.of(new Wish.Every(day, day));
    }
    if (!values.containsKey("--from")) {
      return Optional.empty();
    }
    LocalDate from = day("--from");
    LocalDate to = day("--to");
    if (to.isBefore(from)) {
      throw new JobFailure("--from " + from + " is after --to " + to);
    }
    return Optional.of(flag("--force") ? new Wish.Every(from, to) : new Wish.StaleWithin(from, to));
  }

  /** The days asked for; whatever is stale, if none are. */
  Wish wish() {
    return days().orElseGet(Wish.Stale::new);
  }

  /** The run whose failed steps are asked for. */
  Optional<String> retried() {
    return Optional.ofNullable(values.get("--retry"));
  }

  /** Whether days are made one by one, each shown when it is done. */
  boolean dayByDay() {
    return values.containsKey("--from");
  }

  /** The folder of the jobs; without one, the shipped tables are meant. */
  Optional<Path> project() {
    return Optional.ofNullable(values.get("--project")).map(Path::of);
  }

  int parallel() {
    return number("--parallel", 1, MOST_PARALLEL);
  }

  boolean flag(String name) {
    return values.containsKey(name);
  }

  Optional<String> run() {
    return Optional.ofNullable(values.get("--run"));
  }

  Closing closing(Instant now) {
    long minutes = number("--close-after", (int) Closing.DEFAULT_DELAY.toMinutes(), 7 * 24 * 60);
    return new Closing(
        now,
        Duration.ofMinutes(minutes),
        number("--horizon", Closing.DEFAULT_HORIZON_DAYS, 10_000));
  }

  /** Those of the jobs that are asked for: all, or those whose tables are named. */
  Set<Job> chosen(List<Job> jobs) {
    if (!values.containsKey("--jobs")) {
      return Set.copyOf(jobs);
    }
    Set<Job> chosen = new HashSet<>();
    for (String name : values.get("--jobs").split(",", -1)) {
      List<Job> named = jobs.stream().filter(job -> called(job, name.strip())).toList();
      if (named.isEmpty()) {
        throw new JobFailure(
            "no job makes '"
                + name.strip()
                + "'; there are "
                + jobs.stream()
                    .map(job -> job.writes().name().toString())
                    .collect(Collectors.toCollection(TreeSet::new)));
      }
      chosen.addAll(named);
    }
    return chosen;
  }

  /** By the table, with as much of its name as one likes. */
  private static boolean called(Job job, String name) {
    String table = job.writes().name().toString();
    return table.equals(name) || (!name.isEmpty() && table.endsWith("." + name));
  }

  /** What it is, for a title. */
  @Override
  public String toString() {
    if (values.containsKey("--date")) {
      return values.get("--date");
    }
    if (dayByDay()) {
      return values.get("--from") + " to " + values.get("--to");
    }
    return retried().map(run -> "retry of " + run).orElse("stale days");
  }

  private LocalDate day(String name) {
    try {
      return LocalDate.parse(values.get(name));
    } catch (DateTimeParseException notADay) {
      throw new JobFailure(values.get(name) + " is no day; " + USAGE, notADay);
    }
  }

  private int number(String name, int otherwise, int greatest) {
    String text = values.getOrDefault(name, String.valueOf(otherwise));
    if (text.matches("\\d{1,6}")) {
      int number = Integer.parseInt(text);
      boolean zeroIsFine = name.equals("--close-after");
      if (number <= greatest && (number > 0 || zeroIsFine)) {
        return number;
      }
    }
    throw new JobFailure(name + " " + text + " is no number up to " + greatest + "; " + USAGE);
  }
}
