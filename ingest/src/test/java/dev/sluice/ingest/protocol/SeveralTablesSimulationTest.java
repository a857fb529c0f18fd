package dev.sluice.ingest.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * One shard, several tables, workers that do not know of each other: committed jointly, or one by
 * one with a crash in between, answers lost and late, and a table that is named in the midst of it.
 * After every step no offset is in two tables, and each table's progress accounts for what it has;
 * in the end every offset is in the one table it belongs to, or a letter.
 */
class SeveralTablesSimulationTest {

  private static final int SEEDS = Integer.getInteger("simulation.seeds", 3_000);
  private static final int STEPS = 150;
  private static final int TABLES = 3;
  private static final int WORKERS = 3;
  private static final LogShard SHARD = new LogShard("topic", 0);

  /** What is in the log at an offset, where it is not the place of a table. */
  private static final int DEAD = -1;

  private static final int CONTROL = -2;

  private static final class Table {
    Optional<ShardProgress> progress = Optional.empty();
    final Set<Long> rows = new TreeSet<>();
    long version;

    long next() {
      return progress.orElse(ShardProgress.START).nextOffset();
    }
  }

  /** A change of some tables, and of the letters, valid where all are as they were. */
  private record Request(
      Map<Integer, Long> versions,
      Map<Integer, ShardProgress> to,
      Map<Integer, Set<Long>> rows,
      Optional<Long> lettersVersion,
      Set<Long> letters,
      long lettersTo) {}

  private static final class World {
    final SplittableRandom random;
    final boolean joint;
    final List<Integer> log = new ArrayList<>();
    final List<Table> tables = new ArrayList<>();
    final Set<Long> letters = new TreeSet<>();
    long lettersTo;
    long lettersVersion;
    int named = TABLES - 1;
    final List<Worker> workers = new ArrayList<>();
    final List<Request> onTheWay = new ArrayList<>();
    long ahead;
    long late;

    World(long seed) {
      random = new SplittableRandom(seed);
      joint = seed % 2 == 0;
      for (int i = 0; i < TABLES; i++) {
        tables.add(new Table());
      }
      for (int i = 0; i < WORKERS; i++) {
        workers.add(new Worker(this));
      }
    }

    boolean apply(Request request) {
      boolean moved =
          request.versions().entrySet().stream()
              .anyMatch(each -> tables.get(each.getKey()).version != each.getValue());
      if (moved || request.lettersVersion().filter(v -> v != lettersVersion).isPresent()) {
        return false;
      }
      if (request.lettersVersion().isPresent()) {
        store(request.letters(), request.lettersTo());
      }
      request
          .to()
          .forEach(
              (place, progress) -> {
                Table table = tables.get(place);
                table.version++;
                table.progress = Optional.of(progress);
                for (long row : request.rows().getOrDefault(place, Set.of())) {
                  assertThat(table.rows.add(row)).as("row %d is new to %d", row, place).isTrue();
                }
              });
      return true;
    }

    void store(Set<Long> more, long to) {
      letters.addAll(more);
      lettersTo = Math.max(lettersTo, to);
      lettersVersion++;
    }

    void step() {
      Worker worker = workers.get(random.nextInt(WORKERS));
      int dice = random.nextInt(100);
      if (dice < 20) {
        for (int i = random.nextInt(5); i > 0; i--) {
          log.add(CONTROL + random.nextInt(TABLES - CONTROL));
        }
      } else if (dice < 45) {
        worker.read();
      } else if (dice < 80) {
        worker.commit();
      } else if (dice < 88 && !onTheWay.isEmpty()) {
        late += apply(onTheWay.remove(random.nextInt(onTheWay.size()))) ? 1 : 0;
      } else if (dice < 96) {
        worker.forget();
      } else if (dice == 99) {
        // A table more is named once all that know the old route are down.
        named = TABLES;
        workers.forEach(Worker::forget);
        onTheWay.clear();
      }
      check();
    }

    void check() {
      Set<Long> seen = new HashSet<>();
      for (int place = 0; place < TABLES; place++) {
        Table table = tables.get(place);
        for (long row : table.rows) {
          assertThat(seen.add(row)).as("offset %d is in one table", row).isTrue();
          assertThat(log.get((int) row)).as("what offset %d is", row).isEqualTo(place);
          assertThat(letters.contains(row)).as("offset %d is a letter too", row).isFalse();
        }
        if (table.progress.isPresent()) {
          check(table, table.progress.get());
        }
      }
    }

    private void check(Table table, ShardProgress progress) {
      long next = progress.nextOffset();
      Counts totals = progress.totals();
      assertThat(totals.rows()).isEqualTo(table.rows.size());
      assertThat(totals.checksum()).isEqualTo(table.rows.stream().mapToLong(r -> r + 1).sum());
      assertThat(totals.deadLetters())
          .as("letters before %d", next)
          .isEqualTo(letters.stream().filter(letter -> letter < next).count());
      assertThat(totals.controlRecords())
          .isEqualTo(log.subList(0, (int) next).stream().filter(k -> k == CONTROL).count());
    }

    void heal() {
      workers.forEach(Worker::forget);
      onTheWay.clear();
      named = TABLES;
      for (int i = 0; i < 20 * STEPS; i++) {
        workers.get(0).read();
        workers.get(0).commit();
        if (tables.stream().allMatch(table -> table.next() == log.size())) {
          break;
        }
      }
      check();
      for (int offset = 0; offset < log.size(); offset++) {
        int kind = log.get(offset);
        boolean row = kind >= 0 && tables.get(kind).rows.contains((long) offset);
        assertThat(row || letters.contains((long) offset) || kind == CONTROL)
            .as("offset %d, a %d, is somewhere", offset, kind)
            .isTrue();
      }
    }
  }

  /**
   * Reads from where the last table stands, and lets go of all it is unsure of, as the sink does.
   */
  private static final class Worker {
    final World world;
    Optional<Accounts> accounts = Optional.empty();
    long from;
    long position;
    long coverTo;
    final Set<Long> cover = new HashSet<>();
    final Map<Integer, Set<Long>> rows = new HashMap<>();
    final Set<Long> dead = new TreeSet<>();
    final Map<Integer, Interval> sending = new TreeMap<>();

    Worker(World world) {
      this.world = world;
    }

    void forget() {
      accounts = Optional.empty();
      settled();
    }

    private void settled() {
      from = position;
      rows.clear();
      dead.clear();
      sending.clear();
    }

    private void join() {
      List<Table> own = world.tables.subList(0, world.named);
      for (Table table : own) {
        if (table.progress.isEmpty()) {
          table.progress =
              own.stream()
                  .flatMap(each -> each.progress.stream())
                  .min(Comparator.comparingLong(ShardProgress::nextOffset))
                  .map(ShardProgress::forFurtherTable)
                  .or(() -> Optional.of(ShardProgress.START));
          table.version++;
        }
      }
      List<Long> stands = own.stream().map(Table::next).toList();
      from = stands.stream().min(Comparator.naturalOrder()).orElseThrow();
      position = from;
      world.ahead += stands.stream().distinct().count() > 1 ? 1 : 0;
      coverTo = world.lettersTo;
      cover.clear();
      cover.addAll(world.letters);
      accounts = Optional.of(new Accounts(stands));
    }

    void read() {
      if (accounts.isEmpty()) {
        join();
      }
      long most = sending.isEmpty() ? world.random.nextInt(5) : 0;
      long to = Math.min(world.log.size(), position + most);
      for (; position < to; position++) {
        int kind = world.log.get((int) position);
        boolean letter =
            position < coverTo ? cover.contains(position) : kind == DEAD || kind >= world.named;
        if (kind == CONTROL) {
          accounts.get().control(position, position + 1);
        } else if (letter) {
          accounts.get().deadLetter(position);
          dead.add(position);
        } else if (!accounts.get().has(kind, position)) {
          accounts.get().row(kind, position + 1);
          rows.computeIfAbsent(kind, place -> new TreeSet<>()).add(position);
        }
      }
    }

    /** One attempt: all tables at once, or the first that is not known to be in. */
    void commit() {
      if (accounts.isEmpty() || position == from) {
        return;
      }
      if (sending.isEmpty()) {
        sending.putAll(accounts.get().close(SHARD, from, position));
      }
      Set<Long> fresh = new TreeSet<>(dead);
      fresh.removeIf(letter -> letter < world.lettersTo);
      if (!world.joint && !fresh.isEmpty()) {
        world.store(fresh, position);
      }
      List<Integer> places = List.copyOf(sending.keySet());
      List<Integer> asked = world.joint ? places : places.subList(0, 1);
      Map<Integer, Long> versions = new HashMap<>();
      Map<Integer, ShardProgress> to = new HashMap<>();
      int in = 0;
      for (int place : asked) {
        Table table = world.tables.get(place);
        Decision decision = CommitProtocol.decide(table.progress, sending.get(place));
        if (decision instanceof Decision.Append append) {
          versions.put(place, table.version);
          to.put(place, append.progress());
        } else if (decision instanceof Decision.AlreadyCommitted) {
          in++;
        }
      }
      if (in == asked.size()) {
        done(asked);
      } else if (to.size() < asked.size()) {
        forget();
      } else {
        Map<Integer, Set<Long>> copied = new HashMap<>();
        asked.forEach(p -> copied.put(p, Set.copyOf(rows.getOrDefault(p, Set.of()))));
        boolean with = world.joint && !fresh.isEmpty();
        send(
            new Request(
                versions,
                to,
                copied,
                with ? Optional.of(world.lettersVersion) : Optional.empty(),
                fresh,
                position),
            asked);
      }
    }

    private void send(Request request, List<Integer> asked) {
      switch (world.random.nextInt(6)) {
        case 0 -> world.apply(request);
        case 1 -> world.onTheWay.add(request);
        case 2 -> {}
        default -> {
          if (world.apply(request)) {
            done(asked);
          }
        }
      }
    }

    private void done(List<Integer> places) {
      places.forEach(sending::remove);
      if (sending.isEmpty()) {
        settled();
      }
    }
  }

  @Test
  void whateverHappensEveryOffsetIsInItsOwnTableOnce() {
    long ahead = 0;
    long late = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      World world = new World(seed);
      try {
        for (int step = 0; step < STEPS; step++) {
          world.step();
        }
        world.heal();
      } catch (RuntimeException | AssertionError e) {
        fail("seed " + seed + ": " + e.getMessage(), e);
      }
      ahead += world.ahead;
      late += world.late;
    }
    assertThat(ahead).as("times a table was ahead of another").isGreaterThan(500);
    assertThat(late).as("commits that landed late").isGreaterThan(500);
  }
}
