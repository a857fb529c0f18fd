package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Postgres;
import dev.sluice.lake.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.metrics.CommitReport;
import org.apache.iceberg.metrics.MetricsReport;
import org.apache.iceberg.metrics.MetricsReporter;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** How many commits a second, and what a table costs to load; run by {@code -Pbench}. */
@Tag("bench")
class CatalogBench {
  private static final Schema SCHEMA =
      new Schema(NestedField.required(1, "id", Types.LongType.get()));
  private static final int CONTENDERS = 50;
  private static final int SEPARATE = 20;
  private static final int EACH = Integer.getInteger("sluice.bench.each", 10);
  private static final int LONG_RUN = Integer.getInteger("sluice.bench.commits", 10_000);
  private static final int TABLES = Integer.getInteger("sluice.bench.tables", 10_000);
  private static final int MAKERS = 8;
  private static final int LOADS = 5_000;

  /** A writer of a table or some: one thread with a client of its own. */
  private interface Writer {
    void write(RESTCatalog client, int writer);
  }

  @Test
  void writersOnSqlite(@TempDir Path directory) throws Exception {
    CatalogRig rig = new CatalogRig(directory);
    try {
      writers("SQLite", rig);
    } finally {
      rig.stop();
    }
  }

  /** What it brings that those who were beaten begin again a few at a time. */
  @Test
  void writersToldAtOnceThatTheyWereBeaten(@TempDir Path directory) throws Exception {
    CatalogRig rig = new CatalogRig(directory, Map.of("SLUICE_CATALOG_CONFLICT_WAIT", "0s"));
    try {
      writers("SQLite, told at once", rig);
    } finally {
      rig.stop();
    }
  }

  @Test
  void writersOnPostgres(@TempDir Path directory) throws Exception {
    try (Postgres postgres = new Postgres(Files.createDirectory(directory.resolve("postgres")))) {
      CatalogRig rig = new CatalogRig(directory.resolve("lake"), postgres.settings());
      try {
        writers("PostgreSQL", rig);
      } finally {
        rig.stop();
      }
    }
  }

  /** Files on this disk and no object store, which is how Iceberg's own server is run. */
  @Test
  void writersOnPlainFiles(@TempDir Path directory) throws Exception {
    CatalogRig rig =
        new CatalogRig(
            directory,
            Map.of(
                "SLUICE_STORAGE_KIND",
                "files",
                "SLUICE_CATALOG_WAREHOUSE",
                "file:" + directory.resolve("warehouse")));
    try {
      writers("SQLite, plain files", rig);
    } finally {
      rig.stop();
    }
  }

  /** Another server of the protocol, such as Iceberg's own, by its address. */
  @Test
  @EnabledIfSystemProperty(named = "sluice.bench.peer", matches = "http.*")
  void writersOnAPeer() throws Exception {
    String uri = System.getProperty("sluice.bench.peer");
    try (RESTCatalog client = client(uri)) {
      client.createNamespace(Namespace.of("raw"));
    }
    writers(uri, () -> client(uri));
  }

  private static RESTCatalog client(String uri) {
    RESTCatalog client = new RESTCatalog();
    client.initialize("lake", Map.of("uri", uri, "metrics-reporter-impl", Tries.class.getName()));
    return client;
  }

  /** Counts how often the clients tried to commit. */
  public static final class Tries implements MetricsReporter {
    private static final LongAdder COUNT = new LongAdder();

    @Override
    public void report(MetricsReport report) {
      if (report instanceof CommitReport commit && commit.commitMetrics().attempts() != null) {
        COUNT.add(commit.commitMetrics().attempts().value());
      }
    }
  }

  private static void writers(String database, CatalogRig rig) throws Exception {
    writers(database, () -> client(rig.uri().toString()));
  }

  private static void writers(String database, Supplier<RESTCatalog> rig) throws Exception {
    TableIdentifier one = TableIdentifier.of("raw", "contended");
    AtomicLong beaten = new AtomicLong();
    try (RESTCatalog client = rig.get()) {
      // A client waits up to a minute between attempts otherwise, and sleeps most of the time.
      client
          .buildTable(one, SCHEMA)
          .withProperty("commit.retry.num-retries", "100")
          .withProperty("commit.retry.min-wait-ms", "20")
          .withProperty("commit.retry.max-wait-ms", "500")
          .create();
      long before = Tries.COUNT.sum();
      Duration took = run(rig, CONTENDERS, (own, writer) -> appends(own, one, beaten));
      Table table = client.loadTable(one);
      assertThat(Rows.count(table)).isEqualTo((long) CONTENDERS * EACH);
      report(database, "50 writers, one table", CONTENDERS * EACH, took, before);

      for (int writer = 0; writer < SEPARATE; writer++) {
        client.createTable(TableIdentifier.of("raw", "own_" + writer), SCHEMA);
      }
      AtomicLong none = new AtomicLong();
      before = Tries.COUNT.sum();
      took =
          run(
              rig,
              SEPARATE,
              (own, writer) -> appends(own, TableIdentifier.of("raw", "own_" + writer), none));
      for (int writer = 0; writer < SEPARATE; writer++) {
        Table own = client.loadTable(TableIdentifier.of("raw", "own_" + writer));
        assertThat(Rows.count(own)).isEqualTo(EACH);
      }
      report(database, "20 writers, a table each", SEPARATE * EACH, took, before);
      before = Tries.COUNT.sum();
      took = run(rig, SEPARATE, (own, writer) -> properties(own, one, writer));
      report(database, "20 writers of properties, one table", SEPARATE * EACH, took, before);
    }
  }

  private static void report(
      String database, String what, int commits, Duration took, long before) {
    System.out.printf(
        "%s: %s: %d commits in %d ms, %.1f/s, %d tries that ended in a commit, no update lost%n",
        database,
        what,
        commits,
        took.toMillis(),
        commits * 1000.0 / took.toMillis(),
        Tries.COUNT.sum() - before);
  }

  private static Duration run(Supplier<RESTCatalog> rig, int writers, Writer writing)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    List<RESTCatalog> clients = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      clients.add(rig.get());
    }
    long start = System.nanoTime();
    List<Future<?>> running = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      int number = writer;
      running.add(threads.submit(() -> writing.write(clients.get(number), number)));
    }
    for (Future<?> each : running) {
      each.get();
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    threads.shutdown();
    for (RESTCatalog client : clients) {
      client.close();
    }
    return took;
  }

  private static void appends(RESTCatalog client, TableIdentifier name, AtomicLong beaten) {
    Table table = client.loadTable(name);
    DataFile file = Rows.file(table, List.of(Map.of("id", 1L)));
    for (int i = 0; i < EACH; i++) {
      while (true) {
        try {
          client.loadTable(name).newFastAppend().appendFile(file).commit();
          break;
        } catch (CommitFailedException again) {
          beaten.incrementAndGet();
        }
      }
    }
  }

  private static void properties(RESTCatalog client, TableIdentifier name, int writer) {
    Table table = client.loadTable(name);
    for (int i = 0; i < EACH; i++) {
      table.updateProperties().set("w" + writer, Integer.toString(i)).commit();
    }
  }

  /** As the sink commits: a snapshot each, of which the last 200 are kept. */
  @Test
  void aCommitCostsTheSameAfterThousands(@TempDir Path directory) throws Exception {
    CatalogRig rig = new CatalogRig(directory);
    try (RESTCatalog client = rig.client()) {
      TableIdentifier name = TableIdentifier.of("raw", "long");
      Table table =
          client
              .buildTable(name, SCHEMA)
              .withProperty("write.metadata.delete-after-commit.enabled", "true")
              .withProperty("write.metadata.previous-versions-max", "20")
              .withProperty("commit.manifest.min-count-to-merge", "20")
              .create();
      DataFile file = Rows.file(table, List.of(Map.of("id", 1L)));
      long[] nanos = new long[LONG_RUN];
      for (int i = 0; i < LONG_RUN; i++) {
        long start = System.nanoTime();
        var transaction = table.newTransaction();
        if (i % 2 == 0) {
          transaction.newFastAppend().appendFile(file).commit();
        } else {
          transaction.newDelete().deleteFile(file).commit();
        }
        transaction
            .expireSnapshots()
            .retainLast(200)
            .expireOlderThan(Long.MAX_VALUE)
            .cleanupLevel(ExpireSnapshots.CleanupLevel.NONE)
            .commit();
        transaction.commitTransaction();
        nanos[i] = System.nanoTime() - start;
      }
      int tenth = LONG_RUN / 10;
      for (int part = 0; part < 10; part++) {
        long[] some = Arrays.copyOfRange(nanos, part * tenth, (part + 1) * tenth);
        System.out.printf(
            "commits %d to %d: p50 %.1f ms, p99 %.1f ms%n",
            part * tenth, (part + 1) * tenth, at(some, 0.5), at(some, 0.99));
      }
    } finally {
      rig.stop();
    }
  }

  @Test
  void aTableLoadsAmongThousands(@TempDir Path directory) throws Exception {
    CatalogRig rig = new CatalogRig(directory);
    try (RESTCatalog client = rig.client()) {
      client.createNamespace(Namespace.of("many"));
      Duration made =
          run(
              rig::client,
              MAKERS,
              (own, maker) -> {
                for (int i = maker; i < TABLES; i += MAKERS) {
                  own.createTable(TableIdentifier.of("many", "t" + i), SCHEMA);
                }
              });
      System.out.printf("%d tables made in %d ms%n", TABLES, made.toMillis());
      long seed = 42;
      System.out.println("seed " + seed);
      Random random = new Random(seed);
      loads(rig, random, LOADS / 5);
      // One after the other, so that what else the machine does falls on all alike.
      Map<String, long[]> nanos = loads(rig, random, LOADS);
      nanos.forEach(
          (what, each) ->
              System.out.printf(
                  "%s: p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, longest %.1f ms%n",
                  what, at(each, 0.5), at(each, 0.99), at(each, 0.999), at(each, 1)));
      long[] table = nanos.get("load");
      long[] reference = nanos.get("/v1/config");
      System.out.printf(
          "%d tables, %d loads of one at random: p50 %.1f, p99 %.1f times /v1/config%n",
          TABLES,
          LOADS,
          at(table, 0.5) / at(reference, 0.5),
          at(table, 0.99) / at(reference, 0.99));
    } finally {
      rig.stop();
    }
  }

  private static Map<String, long[]> loads(CatalogRig rig, Random random, int count) {
    long[] health = new long[count];
    long[] config = new long[count];
    long[] load = new long[count];
    for (int i = 0; i < count; i++) {
      health[i] = timed(rig, "/healthz");
      config[i] = timed(rig, "/v1/config");
      load[i] = timed(rig, "/v1/namespaces/many/tables/t" + random.nextInt(TABLES));
    }
    return new TreeMap<>(Map.of("/healthz", health, "/v1/config", config, "load", load));
  }

  private static long timed(CatalogRig rig, String path) {
    long start = System.nanoTime();
    assertThat(rig.get(path).statusCode()).isEqualTo(200);
    return System.nanoTime() - start;
  }

  private static double at(long[] nanos, double quantile) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] / 1e6;
  }
}
