package dev.sluice.ingest.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Several workers, several shards, one table, and everything that can go wrong between them, in
 * every order chance finds. After every step the lake's invariants hold; in the end, once the world
 * is well, all of the log is in the table.
 */
class ExactlyOnceSimulationTest {

  private static final int SEEDS = 3_000;
  private static final int STEPS = 120;
  private static final int SHARDS = 3;
  private static final int WORKERS = 3;

  @Test
  void whateverHappensEveryOffsetIsInTheTableOnce() {
    long landedLate = 0;
    long replayed = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      World world = new World(seed);
      try {
        for (int step = 0; step < STEPS; step++) {
          world.step();
          world.lake.check();
        }
        world.heal();
      } catch (RuntimeException | AssertionError e) {
        fail("seed " + seed + ": " + e.getMessage(), e);
      }
      landedLate += world.landedLate;
      replayed += world.replayed;
    }
    assertThat(landedLate).as("commits that landed after their worker gave up").isGreaterThan(500);
    assertThat(replayed).as("letters that became rows").isGreaterThan(500);
  }

  private static final class World {
    final SplittableRandom random;
    final SimulatedLake lake = new SimulatedLake(SHARDS);
    final List<SimulatedWorker> workers = new ArrayList<>();
    final List<SimulatedLake.Request> onTheWay = new ArrayList<>();
    long landedLate;
    long replayed;

    World(long seed) {
      random = new SplittableRandom(seed);
      for (int i = 0; i < WORKERS; i++) {
        workers.add(new SimulatedWorker(lake, random));
      }
    }

    void step() {
      int dice = random.nextInt(100);
      SimulatedWorker worker = workers.get(random.nextInt(WORKERS));
      if (dice < 25) {
        produce();
      } else if (dice < 50) {
        worker.read();
      } else if (dice < 70) {
        commit(worker);
      } else if (dice < 75) {
        replay();
      } else if (dice < 82) {
        landLate();
      } else if (dice < 92) {
        move();
      } else if (dice < 96) {
        worker.crash();
      } else {
        lake.compact();
      }
    }

    private void produce() {
      lake.log
          .values()
          .forEach(
              shard -> {
                for (int i = random.nextInt(4); i > 0; i--) {
                  int dice = random.nextInt(10);
                  shard.add(
                      dice == 0
                          ? SimulatedLake.Kind.DEAD
                          : dice == 1 ? SimulatedLake.Kind.CONTROL : SimulatedLake.Kind.ROW);
                }
              });
    }

    /**
     * A request is answered, or its answer is lost, or it is lost, or it is late; others may commit
     * in between.
     */
    private void commit(SimulatedWorker worker) {
      Optional<SimulatedLake.Request> prepared = worker.prepare();
      if (prepared.isEmpty()) {
        return;
      }
      if (random.nextInt(4) == 0) {
        workers.get(random.nextInt(WORKERS)).prepare().ifPresent(lake::apply);
      }
      switch (random.nextInt(5)) {
        case 0 -> lake.apply(prepared.get());
        case 1 -> onTheWay.add(prepared.get());
        case 2 -> {}
        default -> {
          if (lake.apply(prepared.get())) {
            worker.done();
          }
        }
      }
    }

    /**
     * Any of the letters become rows; the answer is heard or not, the request is in time or not.
     */
    private void replay() {
      Set<SimulatedLake.Row> moved = new HashSet<>();
      for (SimulatedLake.Row letter : lake.letters) {
        if (random.nextBoolean()) {
          moved.add(letter);
        }
      }
      if (moved.isEmpty()) {
        return;
      }
      SimulatedLake.Request request = lake.replay(moved);
      if (random.nextInt(4) == 0) {
        workers.get(random.nextInt(WORKERS)).prepare().ifPresent(lake::apply);
      }
      switch (random.nextInt(4)) {
        case 0 -> onTheWay.add(request);
        case 1 -> {}
        default -> {
          if (lake.apply(request)) {
            replayed += moved.size();
          }
        }
      }
    }

    private void landLate() {
      if (!onTheWay.isEmpty() && lake.apply(onTheWay.remove(random.nextInt(onTheWay.size())))) {
        landedLate++;
      }
    }

    /** A shard gets another owner; the old one hears of it now, or is a zombie and does not. */
    private void move() {
      List<LogShard> shards = List.copyOf(lake.log.keySet());
      LogShard shard = shards.get(random.nextInt(shards.size()));
      boolean zombies = random.nextInt(3) == 0;
      for (SimulatedWorker worker : workers) {
        if (worker.believesToOwn(shard) && !zombies) {
          worker.lose(shard);
        }
      }
      SimulatedWorker owner = workers.get(random.nextInt(WORKERS));
      if (!owner.believesToOwn(shard)) {
        owner.assign(shard);
      }
    }

    void heal() {
      workers.forEach(SimulatedWorker::crash);
      SimulatedWorker last = workers.get(0);
      lake.log.keySet().forEach(last::assign);
      for (int i = 0; i < 10 * STEPS; i++) {
        landLate();
        last.read();
        last.prepare()
            .ifPresent(
                request -> {
                  if (lake.apply(request)) {
                    last.done();
                  }
                });
        lake.check();
        if (lake.log.entrySet().stream().allMatch(this::caughtUp)) {
          return;
        }
      }
      throw new AssertionError("the log was never all in the table");
    }

    private boolean caughtUp(java.util.Map.Entry<LogShard, List<SimulatedLake.Kind>> shard) {
      long end = shard.getValue().size();
      return end == 0
          || lake.properties.getOrDefault(shard.getKey(), ShardProgress.START).nextOffset() == end;
    }
  }
}
