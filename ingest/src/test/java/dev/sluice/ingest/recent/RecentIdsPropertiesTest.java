package dev.sluice.ingest.recent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever lands, is dropped, is read by another and is started anew, a shard says of every id what
 * its rows say.
 */
class RecentIdsPropertiesTest {

  private static final long WINDOW = 300;

  /** A row of the table. */
  private record Row(long id, long receivedMillis) {}

  /** A shard as its log and table have it, and a worker reading it. */
  private static final class World {
    private final List<Row> log = new ArrayList<>();
    private final List<Row> table = new ArrayList<>();
    private final Map<Long, Long> newest = new HashMap<>();
    private int committed;
  }

  @Property(tries = 15)
  void whatIsSaidOfAnIdIsWhatTheRowsSay(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Path directory = Files.createTempDirectory("ids");
    World world = new World();
    long now = 1_000_000;
    for (int i = 0; i < 1_500; i++) {
      now += random.nextInt(3);
      world.log.add(new Row(random.nextInt(200), now));
    }
    while (world.committed < world.log.size()) {
      try (RecentIds recent = new RecentIds(directory, 1 << 20, new Silent())) {
        live(world, recent, random);
      }
    }
  }

  /** A worker's life: some intervals, each of which lands, is dropped, or is another's. */
  private static void live(World world, RecentIds recent, Random random) {
    for (int interval = 0; interval < 5 && world.committed < world.log.size(); interval++) {
      ShardIds ids = recent.shard("s", Duration.ofMillis(WINDOW));
      ids.begin(world.committed, rows(world));
      int to = Math.min(world.log.size(), world.committed + 1 + random.nextInt(80));
      List<Row> rows = new ArrayList<>();
      Map<Long, Long> newest = new HashMap<>(world.newest);
      for (Row event : world.log.subList(world.committed, to)) {
        Long before = newest.get(event.id());
        boolean expected = before != null && event.receivedMillis() - before <= WINDOW;
        assertThat(ids.seen(new IdHash().whole(event.id()), event.receivedMillis()))
            .isEqualTo(expected);
        if (!expected) {
          rows.add(event);
          newest.put(event.id(), event.receivedMillis());
        }
      }
      ids.send();
      int fate = random.nextInt(4);
      if (fate > 0) {
        world.table.addAll(rows);
        world.newest.putAll(newest);
        world.committed = to;
      }
      if (fate > 1) {
        ids.landed(to);
      }
    }
  }

  private static CommittedIds rows(World world) {
    return (since, taker) ->
        world.table.stream()
            .filter(row -> row.receivedMillis() >= since)
            .forEach(row -> taker.take(new IdHash().whole(row.id()), row.receivedMillis()));
  }

  private static final class Silent implements RecentIds.Watcher {
    @Override
    public void forgotten(long ids) {
      throw new AssertionError("there is room for all");
    }

    @Override
    public void gathered(long ids) {
      // Part of the game.
    }

    @Override
    public void notGathered(String shard, RuntimeException why) {
      throw new AssertionError(shard, why);
    }
  }
}
