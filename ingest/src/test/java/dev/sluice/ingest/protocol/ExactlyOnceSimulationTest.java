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
 * every order chance finds: commits in flight while the next interval is read, answers lost and
 * late, zombies, replays of dead letters, merges of files beside the writing, snapshots that
 * expire, a table that is rolled back. After every step the {@link LakeInvariants} hold; in the
 * end, once the world is well, all of the log is in the table.
 */
class ExactlyOnceSimulationTest {

  private static final int SEEDS = Integer.getInteger("simulation.seeds", 3_000);
  private static final int STEPS = 120;
  private static final int SHARDS = 3;
  private static final int WORKERS = 3;
  private static final int KEPT = 3;
  private static final int TAGS = 4;

  /** How often it came to what is worth trying. */
  private static final class Seen {
    long landedLate;
    long merged;
    long mergedTooLate;
    long expired;
    long contradicted;
    long rolledBackToTags;
    long droppedBehindAFlight;
    long replayed;
  }

  @Test
  void whateverHappensEveryOffsetIsInTheTableOnce() {
    Seen seen = new Seen();
    for (long seed = 1; seed <= SEEDS; seed++) {
      World world = new World(seed, seen);
      try {
        for (int step = 0; step < STEPS; step++) {
          world.step();
          world.invariants.check();
        }
        world.heal();
      } catch (RuntimeException | AssertionError e) {
        fail("seed " + seed + ": " + e.getMessage(), e);
      }
      world.workers.forEach(worker -> seen.droppedBehindAFlight += worker.droppedBehindAFlight);
    }
    assertThat(seen.landedLate).as("commits that landed after another attempt").isGreaterThan(400);
    assertThat(seen.merged).as("merges beside commits").isGreaterThan(500);
    assertThat(seen.mergedTooLate).as("merges that found their files gone").isGreaterThan(50);
    assertThat(seen.expired).as("times snapshots were expired").isGreaterThan(200);
    assertThat(seen.contradicted).as("rollbacks that took rows away").isGreaterThan(400);
    assertThat(seen.rolledBackToTags).as("rollbacks to a tag").isGreaterThan(300);
    assertThat(seen.replayed).as("letters that became rows").isGreaterThan(300);
    assertThat(seen.droppedBehindAFlight).as("dropped for what flew before").isGreaterThan(500);
  }

  private static final class World {
    final SplittableRandom random;
    final Seen seen;

    /** A replay changes no offset by which a rollback over it could be told: one or the other. */
    final boolean rollsBack;

    final SimulatedLake lake = new SimulatedLake(SHARDS);
    final LakeInvariants invariants = new LakeInvariants(lake);
    final List<SimulatedWorker> workers = new ArrayList<>();
    final List<SimulatedLake.Request> onTheWay = new ArrayList<>();
    final List<SimulatedLake.Merge> merging = new ArrayList<>();

    World(long seed, Seen seen) {
      this.random = new SplittableRandom(seed);
      this.seen = seen;
      this.rollsBack = seed % 2 == 0;
      for (int i = 0; i < WORKERS; i++) {
        workers.add(new SimulatedWorker(lake, random));
      }
    }

    void step() {
      int dice = random.nextInt(100);
      SimulatedWorker worker = workers.get(random.nextInt(WORKERS));
      if (dice < 22) {
        produce();
      } else if (dice < 44) {
        worker.read();
      } else if (dice < 61) {
        commit(worker);
      } else if (dice < 68) {
        replay();
      } else if (dice < 74) {
        landLate();
      } else if (dice < 82) {
        move();
      } else if (dice < 85) {
        worker.crash();
      } else if (dice < 87) {
        worker.giveUp();
      } else if (dice < 92) {
        worker.merge().ifPresent(merging::add);
      } else if (dice < 96) {
        mergeLate();
      } else if (dice < 98) {
        worker.lookAgain();
      } else if (dice < 99 && rollsBack) {
        if (random.nextBoolean()) {
          lake.rollBack(1 + random.nextInt(4));
        } else {
          lake.rollBackToTag(random.nextInt(TAGS));
          seen.rolledBackToTags++;
        }
        invariants.check();
        seen.contradicted += lake.log.keySet().stream().anyMatch(lake::contradicts) ? 1 : 0;
      } else {
        repair();
      }
    }

    /** The last shard is idle most of the time: what named it is expired before the others' is. */
    private void produce() {
      lake.log.forEach(
          (name, shard) -> {
            if (name.partition() == SHARDS - 1 && random.nextInt(6) != 0) {
              return;
            }
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
     * or merge in between.
     */
    private void commit(SimulatedWorker worker) {
      Optional<SimulatedLake.Request> prepared = worker.prepare();
      if (prepared.isEmpty()) {
        return;
      }
      if (random.nextInt(4) == 0) {
        workers.get(random.nextInt(WORKERS)).prepare().ifPresent(lake::apply);
      }
      switch (random.nextInt(6)) {
        case 0 -> lake.apply(prepared.get());
        case 1 -> onTheWay.add(prepared.get());
        case 2 -> {}
        default -> {
          if (lake.apply(prepared.get())) {
            worker.landed();
            if (random.nextInt(4) == 0) {
              lake.tag(TAGS);
            }
            expireBeyondTheBound();
          }
        }
      }
    }

    /** Whoever has committed looks at the length of the list. */
    private void expireBeyondTheBound() {
      int before = lake.snapshots.size();
      if (before > KEPT) {
        lake.expire(KEPT);
        seen.expired += lake.snapshots.size() < before ? 1 : 0;
      }
    }

    /**
     * Any of the letters become rows; the answer is heard or not, the request is in time or not.
     */
    private void replay() {
      Set<SimulatedLake.Row> moved = new HashSet<>();
      for (SimulatedLake.Row letter : lake.letters) {
        if (!rollsBack && random.nextBoolean()) {
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
            seen.replayed += moved.size();
          }
        }
      }
    }

    private void landLate() {
      if (!onTheWay.isEmpty() && lake.apply(onTheWay.remove(random.nextInt(onTheWay.size())))) {
        seen.landedLate++;
      }
    }

    private void mergeLate() {
      if (merging.isEmpty()) {
        return;
      }
      if (lake.apply(merging.remove(random.nextInt(merging.size())))) {
        seen.merged++;
      } else {
        seen.mergedTooLate++;
      }
    }

    /** A person stops the workers, sets the properties right, and starts them again. */
    private void repair() {
      workers.forEach(SimulatedWorker::crash);
      onTheWay.clear();
      merging.clear();
      lake.repair();
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
      repair();
      SimulatedWorker last = workers.get(0);
      lake.log.keySet().forEach(last::assign);
      for (int i = 0; i < 10 * STEPS; i++) {
        last.read();
        last.prepare()
            .ifPresent(
                request -> {
                  if (lake.apply(request)) {
                    last.landed();
                  }
                });
        invariants.check();
        if (lake.log.entrySet().stream()
            .allMatch(shard -> lake.next(shard.getKey()) == shard.getValue().size())) {
          return;
        }
      }
      throw new AssertionError("all of the log is in the table in the end");
    }
  }
}
