package dev.sluice.transform.plan;

import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A lake in a few maps, and the plain rule of what is stale in it: a day whose inputs, all of them
 * looked at again one by one, are not those it was made from.
 *
 * <p>Each day of each table has a number that grows whenever its rows change. What a day is made
 * from is remembered as the numbers of everything it read.
 */
final class PlannedWorld {
  static final TableName RAW = new TableName("raw", "events");
  static final TableName FIRST = new TableName("gold", "first");
  static final TableName SECOND = new TableName("gold", "second");
  static final TableName WHOLE = new TableName("gold", "whole");
  static final TableName MERGED = new TableName("gold", "merged");
  private static final LocalDate START = LocalDate.of(2026, 2, 26);
  private static final int HORIZON_DAYS = 6;

  private final Random random;
  private final Map<TableName, List<Map<LocalDate, Integer>>> history = new HashMap<>();
  private final Map<TableName, String> codes = new HashMap<>();
  private final List<Attempt> attempts = new ArrayList<>();
  private final Map<String, Map<String, Integer>> madeFrom = new HashMap<>();
  private final Map<String, String> madeBy = new HashMap<>();
  private final Set<String> failed = new HashSet<>();
  private final List<Read> firstReads;
  private final List<Read> secondReads;
  private final List<Read> mergedReads;
  private Instant now = START.atStartOfDay(ZoneOffset.UTC).toInstant();
  private int numbers;
  private int runs;

  PlannedWorld(long seed) {
    this.random = new Random(seed);
    this.firstReads = List.of(around(RAW));
    this.secondReads =
        random.nextBoolean() ? List.of(around(FIRST)) : List.of(around(FIRST), around(RAW));
    history.put(RAW, new ArrayList<>(List.of(new TreeMap<>())));
    this.mergedReads = List.of(around(FIRST));
    List.of(FIRST, SECOND, WHOLE, MERGED).forEach(table -> codes.put(table, "code"));
  }

  private Read around(TableName table) {
    return Read.around(table, random.nextInt(3), random.nextInt(3));
  }

  List<Recipe> recipes() {
    return List.of(
        new Recipe(FIRST, new Materialization.Day(), firstReads, codes.get(FIRST)),
        new Recipe(SECOND, new Materialization.Day(), secondReads, codes.get(SECOND)),
        new Recipe(WHOLE, new Materialization.Whole(), List.of(Read.all(SECOND)), codes.get(WHOLE)),
        new Recipe(
            MERGED, new Materialization.Merge(List.of("id")), mergedReads, codes.get(MERGED)));
  }

  Closing closing() {
    return new Closing(now, Duration.ofHours(1), HORIZON_DAYS);
  }

  Ledger ledger() {
    return new Ledger(attempts);
  }

  /** Some hours go by, rows arrive, mostly for today, and now and then a job changes. */
  void live() {
    now = now.plus(Duration.ofHours(5 + random.nextInt(30)));
    for (int i = random.nextInt(3); i >= 0; i--) {
      int back = random.nextInt(4) == 0 ? random.nextInt(9) : 0;
      touch(RAW, closing().today().minusDays(back));
    }
    if (random.nextInt(6) == 0) {
      codes.put(List.of(FIRST, SECOND, WHOLE, MERGED).get(random.nextInt(4)), "code" + numbers++);
    }
  }

  private void touch(TableName table, LocalDate day) {
    List<Map<LocalDate, Integer>> versions =
        history.computeIfAbsent(table, name -> new ArrayList<>(List.of(new TreeMap<>())));
    Map<LocalDate, Integer> next = new TreeMap<>(versions.get(versions.size() - 1));
    next.put(day, ++numbers);
    versions.add(next);
  }

  private Map<LocalDate, Integer> rows(TableName table) {
    List<Map<LocalDate, Integer>> versions = history.get(table);
    return versions == null ? Map.of() : versions.get(versions.size() - 1);
  }

  Map<TableName, TableState> states() {
    Map<TableName, TableState> states = new HashMap<>();
    history.forEach((table, versions) -> states.put(table, new State(table, versions)));
    return states;
  }

  /** Makes the steps, until one fails by chance. */
  void run(List<Step> steps) {
    String run = "run" + runs++;
    for (Step step : steps) {
      now = now.plusSeconds(60);
      Recipe recipe =
          recipes().stream().filter(r -> r.table().equals(step.table())).findFirst().orElseThrow();
      boolean fails = random.nextInt(12) == 0;
      List<Attempt.Input> inputs = new ArrayList<>();
      states()
          .forEach(
              (table, state) -> {
                if (recipe.reads().stream().anyMatch(read -> read.table().equals(table))) {
                  inputs.add(new Attempt.Input(table, state.version(), ""));
                }
              });
      attempts.add(
          new Attempt(
              run,
              step.table(),
              step.day(),
              fails ? Attempt.Status.FAILED : Attempt.Status.OK,
              inputs,
              recipe.code(),
              1,
              "[]",
              now,
              now.plusSeconds(30),
              step.why()));
      String key = key(step.table(), step.day());
      if (fails) {
        failed.add(key);
        return;
      }
      failed.remove(key);
      madeFrom.put(key, read(recipe, step.day(), LocalDate.MAX));
      madeBy.put(key, recipe.code());
      touch(step.table(), step.day());
    }
  }

  private static String key(TableName table, LocalDate day) {
    return table + " " + day;
  }

  /** The numbers of all days that a recipe sees, up to one. */
  private Map<String, Integer> read(Recipe recipe, LocalDate day, LocalDate last) {
    Map<String, Integer> seen = new TreeMap<>();
    for (Read read : recipe.reads()) {
      rows(read.table())
          .forEach(
              (other, number) -> {
                if (!other.isBefore(Recipe.first(read, day))
                    && !other.isAfter(Recipe.last(read, day))
                    && !other.isAfter(last)) {
                  seen.put(key(read.table(), other), number);
                }
              });
    }
    return seen;
  }

  /** Every table and day that is stale, by looking at everything. */
  List<String> stale() {
    LocalDate last = closing().lastClosed();
    Map<TableName, Set<LocalDate>> remade = new HashMap<>();
    List<String> stale = new ArrayList<>();
    for (Recipe recipe : recipes()) {
      boolean known =
          recipe.reads().stream()
              .allMatch(
                  read -> history.containsKey(read.table()) || remade.containsKey(read.table()));
      for (int back = HORIZON_DAYS - 1; known && back >= 0; back--) {
        LocalDate day = last.minusDays(back);
        boolean whole = recipe.table().equals(WHOLE);
        boolean written = recipe.table().equals(MERGED) && remade.containsKey(MERGED);
        if ((whole ? back == 0 : any(recipe, remade, day))
            && (written || stale(recipe, remade, day, last))) {
          stale.add(key(recipe.table(), day));
          remade.computeIfAbsent(recipe.table(), name -> new HashSet<>()).add(day);
        }
      }
    }
    return stale;
  }

  /** Whether any of its tables begins on the day or before. */
  private boolean any(Recipe recipe, Map<TableName, Set<LocalDate>> remade, LocalDate day) {
    return recipe.reads().stream()
        .anyMatch(
            read ->
                rows(read.table()).keySet().stream().anyMatch(other -> !other.isAfter(day))
                    || remade.getOrDefault(read.table(), Set.of()).stream()
                        .anyMatch(other -> !other.isAfter(day)));
  }

  private boolean stale(
      Recipe recipe, Map<TableName, Set<LocalDate>> remade, LocalDate day, LocalDate last) {
    String key = key(recipe.table(), day);
    if (!madeFrom.containsKey(key)
        || failed.contains(key)
        || !madeBy.get(key).equals(recipe.code())) {
      return true;
    }
    Map<String, Integer> before = new TreeMap<>(madeFrom.get(key));
    before.keySet().removeIf(seen -> LocalDate.parse(seen.split(" ", -1)[1]).isAfter(last));
    if (!before.equals(read(recipe, day, last))) {
      return true;
    }
    for (Read read : recipe.reads()) {
      for (LocalDate other : remade.getOrDefault(read.table(), Set.of())) {
        if (!other.isBefore(Recipe.first(read, day)) && !other.isAfter(Recipe.last(read, day))) {
          return true;
        }
      }
    }
    return false;
  }

  /** A table's versions, each day compared with what it was. */
  private record State(TableName table, List<Map<LocalDate, Integer>> versions)
      implements TableState {
    @Override
    public TableVersion version() {
      return new TableVersion(table.toString(), versions.size() - 1, Instant.EPOCH);
    }

    @Override
    public Optional<LocalDate> firstDay() {
      return versions.get(versions.size() - 1).keySet().stream().min(LocalDate::compareTo);
    }

    @Override
    public Touched since(TableVersion then) {
      Map<LocalDate, Integer> before = versions.get((int) then.snapshot());
      Set<LocalDate> days = new HashSet<>();
      versions
          .get(versions.size() - 1)
          .forEach(
              (day, number) -> {
                if (!number.equals(before.get(day))) {
                  days.add(day);
                }
              });
      return Touched.days(days, Touched.How.SNAPSHOTS);
    }

    @Override
    public Volume volume(LocalDate from, LocalDate to) {
      return Volume.NONE;
    }
  }
}
