package dev.sluice.lake.bench;

import dev.sluice.lake.bench.Race.Case;
import dev.sluice.lake.bench.Race.Lane;
import dev.sluice.lake.bench.Race.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our store, S3Proxy, S3Mock and nginx under the same driver, turn by turn. Run with {@code
 * -Pbench}; nothing is asserted of the figures, which are printed and written to {@code
 * target/bench/race.md}.
 */
@Tag("bench")
class StoreRaceTest {
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
  private static final int SECONDS = Integer.getInteger("bench.seconds", 10);
  private static final String ONLY = System.getProperty("bench.only", "");
  private static final int CONNECTIONS = 16;
  private static final int LARGE_CONNECTIONS = 2;
  private static final int KEYS = 10_000;

  /** Turns of two seconds; a server that has not all keys then is read with those it has. */
  private static final int FILL_TURNS = 10;

  private static final int FRESH_KEYS = 200_000;
  private static final int LARGE = 64 << 20;
  private static final Unit MEBIBYTES = new Unit("MiB/s", LARGE >> 20);

  @TempDir Path home;
  private final Map<Contender, Integer> filled = new HashMap<>();
  private Wrk wrk;
  private Path smallBody;
  private Path largeBody;

  @BeforeEach
  void bodies() throws IOException {
    wrk = new Wrk(home);
    smallBody = Files.write(home.resolve("small.body"), bytes(4096));
    largeBody = Files.write(home.resolve("large.body"), bytes(LARGE));
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @Test
  void ourStoreAgainstItsPeers() throws Exception {
    Path target = Path.of("target", "bench");
    Contenders contenders = new Contenders(home, target.resolve("peers"));
    try (Contender ours = contenders.ours(List.of());
        Contender s3proxy = contenders.s3proxy();
        Contender s3mock = contenders.s3mock();
        Contender nginx = contenders.nginx()) {
      List<Contender> stores = List.of(ours, s3proxy, s3mock);
      List<Contender> all = List.of(ours, s3proxy, s3mock, nginx);
      fill(stores);
      fillNginx();
      Race race = new Race(wrk, ROUNDS, SECONDS);
      for (Case each :
          List.of(
              smallPuts(stores),
              smallGets(all),
              largePuts(stores),
              largeGets(all),
              lists(stores))) {
        if (each.id().contains(ONLY)) {
          race.add(each);
        }
      }
      race.run();
      for (Contender each : all) {
        System.out.println(each.name() + " resident MiB " + each.child().residentMiB());
      }
      System.out.println(Baseline.measure(home));
      System.out.print(race.table());
      Files.writeString(target.resolve("race.md"), race.table());
    }
  }

  /** The 10,000 keys that are read and listed, and the large object. */
  private void fill(List<Contender> stores) throws Exception {
    for (Contender each : stores) {
      for (String bucket : List.of("read", "write", "large")) {
        each.send("PUT", "/" + bucket, "", new byte[0]);
      }
      each.send("PUT", "/large/object", "", Files.readAllBytes(largeBody));
      Lane lane = lane(each, "fill", "PUT", keys("/read/", KEYS), List.of(smallBody));
      long done = 0;
      for (int turn = 0; turn < FILL_TURNS && done < KEYS; turn++) {
        done += wrk.run(each.child().endpoint(), lane.load(), done, CONNECTIONS, 2).requests();
      }
      filled.put(each, (int) Math.min(KEYS, done));
    }
  }

  private void fillNginx() throws IOException {
    Path root = home.resolve("nginx");
    Files.createDirectories(root.resolve("read"));
    for (String key : keys("read/", KEYS)) {
      Files.copy(smallBody, root.resolve(key));
    }
    Files.createDirectories(root.resolve("large"));
    Files.copy(largeBody, root.resolve("large/object"));
  }

  private Case smallPuts(List<Contender> stores) throws IOException {
    List<Lane> lanes = new ArrayList<>();
    for (Contender each : stores) {
      lanes.add(lane(each, "small-put", "PUT", keys("/write/", FRESH_KEYS), List.of(smallBody)));
    }
    List<String> unsynced = keys("/" + Contenders.UNSYNCED + "/", FRESH_KEYS);
    Lane fast = lane(stores.get(0), "small-none", "PUT", unsynced, List.of(smallBody));
    lanes.add(fast.named("ours, durability none"));
    return new Case("small-put", "4 KiB PUT, 16 connections", Unit.REQUESTS, lanes);
  }

  private Case smallGets(List<Contender> all) throws IOException {
    List<Lane> lanes = new ArrayList<>();
    for (Contender each : all) {
      int count = filled.getOrDefault(each, KEYS);
      lanes.add(lane(each, "small-get", "GET", keys("/read/", count), List.of()));
    }
    return new Case("small-get", "4 KiB GET, 16 connections", Unit.REQUESTS, lanes);
  }

  private Case largePuts(List<Contender> stores) throws IOException {
    List<Lane> lanes = new ArrayList<>();
    for (Contender each : stores) {
      List<String> keys = List.of("/large/put-1", "/large/put-2", "/large/put-3", "/large/put-4");
      lanes.add(large(lane(each, "large-put", "PUT", keys, List.of(largeBody))));
    }
    List<String> unsynced = keys("/" + Contenders.UNSYNCED + "/large-", 4);
    Lane fast = lane(stores.get(0), "large-none", "PUT", unsynced, List.of(largeBody));
    lanes.add(large(fast.named("ours, durability none")));
    return new Case("large-put", "64 MiB PUT, 2 connections", MEBIBYTES, lanes);
  }

  private Case largeGets(List<Contender> all) throws IOException {
    List<Lane> lanes = new ArrayList<>();
    for (Contender each : all) {
      lanes.add(large(lane(each, "large-get", "GET", List.of("/large/object"), List.of())));
    }
    return new Case("large-get", "64 MiB GET, 2 connections", MEBIBYTES, lanes);
  }

  private static Lane large(Lane lane) {
    return new Lane(lane.name(), lane.contender(), lane.load(), LARGE_CONNECTIONS);
  }

  private Case lists(List<Contender> stores) throws IOException {
    List<Lane> lanes = new ArrayList<>();
    for (Contender each : stores) {
      if (filled.get(each) < KEYS) {
        continue;
      }
      String target = each.target("GET", "/read", "list-type=2", Instant.now());
      Wrk.Load load = wrk.load(each.name() + "list", "GET", List.of(target), List.of());
      lanes.add(new Lane(each.name(), each, load, 1));
    }
    return new Case("list", "first 1,000 of 10,000 keys, 1 connection", Unit.REQUESTS, lanes);
  }

  private Lane lane(
      Contender contender, String title, String method, List<String> paths, List<Path> body)
      throws IOException {
    Instant now = Instant.now();
    List<String> targets = new ArrayList<>(paths.size());
    for (String path : paths) {
      targets.add(contender.target(method, path, "", now));
    }
    Wrk.Load load = wrk.load(contender.name() + title, method, targets, body);
    return new Lane(contender.name(), contender, load, CONNECTIONS);
  }

  private static List<String> keys(String folder, int count) {
    List<String> keys = new ArrayList<>(count);
    for (int each = 0; each < count; each++) {
      keys.add(folder + String.format("key-%08d", each));
    }
    return keys;
  }
}
