package dev.sluice.lake.power;

import dev.sluice.lake.object.Bucket.Versioning;
import dev.sluice.lake.object.Durability;
import dev.sluice.lake.object.ObjectSettings;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.TestSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What a store is made to do while it is recorded; each has a directory and a store of its own. */
enum Workload {
  /** Objects that lie in their rows: written, replaced, deleted. */
  SMALL(2) {
    @Override
    void run(Customer customer) {
      customer.bucket(BUCKET, Versioning.OFF);
      mixed(customer, BUCKET, "", 120, 1024);
    }
  },
  /** Objects of the middle size. */
  MEDIUM(2) {
    @Override
    void run(Customer customer) {
      customer.bucket(BUCKET, Versioning.OFF);
      mixed(customer, BUCKET, "", 80, 64 * 1024);
    }
  },
  /** Objects that are files, also when engines keep middle ones together. */
  LARGE(1) {
    @Override
    void run(Customer customer) {
      customer.bucket(BUCKET, Versioning.OFF);
      for (int at = 0; at < 12; at++) {
        customer.put(BUCKET, "large" + customer.choose(2), 1 << 20);
      }
    }
  },
  /** Uploads in parts: completed, aborted, left. */
  MULTIPART(1) {
    @Override
    void run(Customer customer) {
      customer.bucket(BUCKET, Versioning.OFF);
      for (int at = 0; at < 16; at++) {
        String key = "upload" + customer.choose(4);
        String upload = customer.createUpload(BUCKET, key);
        String first = customer.addPart(BUCKET, key, upload, 1, 30_000);
        if (at % 4 == 0) {
          first = customer.addPart(BUCKET, key, upload, 1, 20_000);
        }
        customer.addPart(BUCKET, key, upload, 2, 300);
        if (at % 4 == 3) {
          customer.abort(BUCKET, key, upload);
        } else if (at % 4 != 2) {
          customer.complete(BUCKET, key, upload, first);
        }
      }
    }
  },
  /** Two parts that become one object. */
  PARTS(0.3) {
    @Override
    void run(Customer customer) {
      customer.bucket(BUCKET, Versioning.ENABLED);
      String upload = customer.createUpload(BUCKET, "whole");
      String first = customer.addPart(BUCKET, "whole", upload, 1, 5 << 20);
      String second = customer.addPart(BUCKET, "whole", upload, 2, 70_000);
      customer.complete(BUCKET, "whole", upload, first, second);
      customer.delete(BUCKET, "whole");
    }
  },
  /** Versions and delete markers, deleted one by one; versioning suspended on the way. */
  VERSIONS(2) {
    @Override
    void run(Customer customer) {
      customer.bucket(BUCKET, Versioning.OFF);
      versioned(customer, 20);
      customer.versioning(BUCKET, Versioning.ENABLED);
      versioned(customer, 60);
      customer.versioning(BUCKET, Versioning.SUSPENDED);
      versioned(customer, 30);
      customer.versioning(BUCKET, Versioning.ENABLED);
      versioned(customer, 20);
    }
  },
  /** Many deleted at once. */
  BATCHES(1) {
    @Override
    void run(Customer customer) {
      customer.bucket(BUCKET, Versioning.OFF);
      for (int round = 0; round < 4; round++) {
        List<String> keys = new ArrayList<>();
        for (int at = 0; at < 12; at++) {
          keys.add("batch" + at);
          customer.put(BUCKET, "batch" + at, at % 3 == 0 ? 20_000 : 700);
        }
        customer.deleteAll(BUCKET, keys.subList(0, 8));
      }
    }
  },
  /** Copies. */
  COPIES(0.5) {
    @Override
    void run(Customer customer) {
      customer.bucket(BUCKET, Versioning.OFF);
      for (int at = 0; at < 10; at++) {
        customer.copy(BUCKET, "from" + at % 3, "to" + at % 4, at % 2 == 0 ? 900 : 50_000);
      }
    }
  },
  /** Four at once, everything mixed: commits and syncs are shared. */
  CONCURRENT(3) {
    @Override
    void run(Customer customer) {
      customer.bucket(BUCKET, Versioning.OFF);
    }

    @Override
    void runBeside(Customer customer, int number) {
      String own = number + "/";
      for (int at = 0; at < 6; at++) {
        mixed(customer, BUCKET, own, 6, 1024);
        mixed(customer, BUCKET, own, 3, 64 * 1024);
        String upload = customer.createUpload(BUCKET, own + "upload");
        String part = customer.addPart(BUCKET, own + "upload", upload, 1, 9_000);
        customer.complete(BUCKET, own + "upload", upload, part);
        customer.deleteAll(BUCKET, List.of(own + "0", own + "1"));
      }
    }
  },
  /**
   * Objects kept together, most of them dead before long, so that the rest is put together anew.
   */
  SEGMENTS(3) {
    @Override
    void run(Customer customer) {
      customer.bucket(BUCKET, Versioning.OFF);
    }

    @Override
    void runBeside(Customer customer, int number) {
      for (int round = 0; round < 8; round++) {
        mixed(customer, BUCKET, number + "/", 6, 100_000);
        customer.put(BUCKET, number + "/kept" + round, 5_000);
        customer.compact();
      }
    }
  },
  /** So many rows that the database writes its tables and merges them. */
  COMPACTION(1) {
    @Override
    void run(Customer customer) {
      customer.bucket(BUCKET, Versioning.OFF);
      for (int at = 0; at < 1700; at++) {
        customer.put(BUCKET, "row" + customer.choose(60), 4000);
      }
    }
  },
  /** Buckets whose writers do not wait for the disk, beside one whose writers do. */
  LEVELS(2) {
    @Override
    void run(Customer customer) {
      customer.bucket(BUCKET, Versioning.OFF);
      customer.bucket("batch", Versioning.ENABLED);
      customer.durability("batch", Durability.BATCH);
      customer.bucket("none", Versioning.OFF);
      customer.durability("none", Durability.NONE);
      for (int at = 0; at < 40; at++) {
        mixed(customer, at % 2 == 0 ? "batch" : "none", "", 4, at % 4 < 2 ? 800 : 40_000);
        if (at % 5 == 0) {
          mixed(customer, BUCKET, "", 1, 800);
        }
      }
    }
  },
  /** Writes that may fail, each to a key of its own. */
  ATTEMPTS(0.5) {
    @Override
    void closed(Exception failure) {
      System.out.println("closed: " + failure);
    }

    @Override
    void run(Customer customer) {
      customer.bucket(BUCKET, Versioning.OFF);
      for (int at = 0; at < 60; at++) {
        customer.attempt(BUCKET, "attempt" + at, SIZES[at % SIZES.length]);
      }
    }
  },
  /**
   * Changes of several keys kept aside and published together, by four at once; also what was kept
   * aside before the store was closed and opened again.
   */
  PUBLISHES(3) {
    @Override
    int openings() {
      return 2;
    }

    @Override
    void run(Customer customer) {
      customer.bucketOnce(BUCKET, Versioning.OFF);
      customer.bucketOnce(VERSIONED, Versioning.ENABLED);
    }

    @Override
    void runBeside(Customer customer, int number) {
      for (int round = 0; round < 8; round++) {
        StagedRound.run(customer, round % 2 == 0 ? BUCKET : VERSIONED, number, round);
      }
    }
  },
  /** A store that is closed and opened again. */
  REOPENED(1) {
    @Override
    int openings() {
      return 4;
    }

    @Override
    void run(Customer customer) {
      customer.bucketOnce(BUCKET, Versioning.OFF);
      mixed(customer, BUCKET, "", 12, 1024);
      mixed(customer, BUCKET, "", 6, 64 * 1024);
    }
  };

  static final String BUCKET = "lake";
  private static final String VERSIONED = "versioned";
  private static final int[] SIZES = {300_000, 1_500, 60_000};
  private static final int BESIDE = 4;

  private final double weight;

  Workload(double weight) {
    this.weight = weight;
  }

  /** How many cut points it gets, beside the others. */
  double weight() {
    return weight;
  }

  String directory() {
    return name().toLowerCase(Locale.ROOT);
  }

  int openings() {
    return 1;
  }

  /** The store said on being closed that something failed. */
  void closed(Exception failure) throws Exception {
    throw failure;
  }

  abstract void run(Customer customer);

  void runBeside(Customer customer, int number) {}

  static ObjectSettings settings(Path directory) {
    return TestSettings.in(
        directory,
        Map.of(
            "write-buffers",
            "2MiB",
            "flushes-joined",
            "4",
            "segment-size",
            "1MiB",
            "batch-interval",
            "10ms",
            "free-space",
            "2MiB"));
  }

  /** Runs within its directory below the root, from which alone all that it does follows. */
  void recordIn(Path root, long seed) throws Exception {
    Path directory = root.resolve(directory());
    Files.createDirectories(directory);
    for (Path each : List.of(root, directory)) {
      try (FileChannel channel = FileChannel.open(each, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
    Random random = new Random(seed);
    try (Answers answers = new Answers(directory)) {
      for (int opening = 0; opening < openings(); opening++) {
        ObjectStore store =
            ObjectStore.open(
                settings(directory.resolve("objects")), InstantSource.system(), random);
        run(new Customer(store, answers, random.nextLong()));
        runBeside(store, answers, random);
        try {
          store.close();
        } catch (IOException | RuntimeException e) {
          closed(e);
        }
      }
    }
  }

  private void runBeside(ObjectStore store, Answers answers, Random random) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(BESIDE);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int at = 0; at < BESIDE; at++) {
        int number = at;
        Customer customer = new Customer(store, answers, random.nextLong());
        running.add(threads.submit(() -> runBeside(customer, number)));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  private static void mixed(Customer customer, String bucket, String prefix, int deeds, int size) {
    for (int at = 0; at < deeds; at++) {
      String key = prefix + customer.choose(8);
      if (customer.choose(5) == 0) {
        customer.delete(bucket, key);
      } else {
        customer.put(bucket, key, size + customer.choose(size / 4));
      }
    }
  }

  private static void versioned(Customer customer, int deeds) {
    List<String[]> named = new ArrayList<>();
    for (int at = 0; at < deeds; at++) {
      String key = "key" + customer.choose(4);
      int what = customer.choose(6);
      if (what == 0) {
        customer.delete(BUCKET, key);
      } else if (what < 3 && !named.isEmpty()) {
        String[] version = named.remove(customer.choose(named.size()));
        customer.deleteVersion(BUCKET, version[0], version[1]);
      } else {
        String id = customer.put(BUCKET, key, what == 5 ? 30_000 : 800);
        named.add(new String[] {key, id});
      }
    }
  }

  /** The process that is recorded. Arguments: the root, a seed, and the workloads' names. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
      Random random = new Random(Long.parseLong(arguments[1]));
      for (int at = 2; at < arguments.length; at++) {
        Workload.valueOf(arguments[at]).recordIn(Path.of(arguments[0]), random.nextLong());
      }
    }
  }

  /** Only opens the stores of workloads, and closes them. Arguments: the root, the names. */
  static final class Opening {
    private Opening() {}

    public static void main(String[] arguments) throws Exception {
      for (int at = 1; at < arguments.length; at++) {
        Path directory = Path.of(arguments[0]).resolve(Workload.valueOf(arguments[at]).directory());
        ObjectStore.open(
                settings(directory.resolve("objects")), InstantSource.system(), new Random())
            .close();
      }
    }
  }
}
