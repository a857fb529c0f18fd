package dev.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.bench.Duck;
import dev.sluice.transform.bench.Meter;
import dev.sluice.transform.bench.Reference;
import dev.sluice.transform.bench.ShopDays;
import dev.sluice.transform.job.Task;
import dev.sluice.transform.publish.Outcome;
import dev.sluice.transform.report.Progress;
import dev.sluice.transform.subject.Subjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A night's tables beside the same tables by hand-written queries, in the same warm Spark and in
 * DuckDB on the same files; run by {@code -Pbench}. All three must make the same rows.
 */
@Tag("bench")
@Timeout(3600)
class NightBench {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);
  private static final long EVENTS = Long.getLong("sluice.bench.events", 2_000_000);

  /** The first is cold; of the others the fastest is told. */
  private static final int ROUNDS = Integer.getInteger("sluice.bench.rounds", 3);

  private static final String TRIAL = System.getProperty("sluice.bench.trial", "");

  private static final String NIGHT = "night, with its commit";

  /** Users come of all of these. */
  private static final Set<String> WANTED =
      Set.of("sessions", "transactions", "events", "user_days", "identities", "people", "users");

  /** Which of our jobs make what the hand-written query makes at once. */
  private static final Map<Reference, List<String>> SAME =
      new TreeMap<>(
          Map.of(
              Reference.SESSIONS, List.of("sessions"),
              Reference.TRANSACTIONS, List.of("transactions"),
              Reference.USER_DAYS, List.of("events", "user_days")));

  private static final Map<Reference, String> AMOUNT =
      Map.of(
          Reference.SESSIONS, "revenue",
          Reference.TRANSACTIONS, "gross",
          Reference.USER_DAYS, "revenue");

  /** By table, then by round. */
  private final Map<String, Map<Integer, Meter.Use>> ours = new LinkedHashMap<>();

  private final Map<String, Map<Integer, Meter.Use>> tried = new LinkedHashMap<>();
  private final Map<String, Map<Integer, Meter.Use>> plain = new LinkedHashMap<>();

  /** The fastest warm round: seconds, and seconds of cores. */
  private final Map<String, List<Double>> duck = new LinkedHashMap<>();

  @Test
  void aNightBesideHandWrittenQueries(@TempDir Path folder) throws Exception {
    long start = System.nanoTime();
    SparkSession spark = session(folder);
    spark.sql("SELECT 1").collectAsList();
    System.out.printf(Locale.ROOT, "Spark started in %.1f s%n", Night.secondsSince(start));
    try {
      ShopDays.write(spark, DAY, EVENTS);
      System.out.printf(
          Locale.ROOT,
          "%,d events in %,d files of %,d KB, %.1f s to make%n",
          spark.table("lake.raw.app_events").count(),
          files(spark, "lake.raw.app_events").size(),
          bytes(spark, "lake.raw.app_events") / 1024,
          Night.secondsSince(start));
      spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.plain");
      Meter meter = Meter.of(spark.sparkContext());
      for (int round = 0; round < ROUNDS; round++) {
        night(spark, meter, round, ours);
        byHand(spark, meter, round);
      }
      // Two rounds more with settings that are on trial, in the same warm application.
      set("sluice.bench.trial", spark.conf()::set);
      for (int round = 0; round < 2 && !TRIAL.isEmpty(); round++) {
        night(spark, meter, ROUNDS + round, tried);
      }
      System.out.println("Spark's process at its peak: " + peak());
      inDuckDb(spark, Files.createDirectory(folder.resolve("duck")));
      print(spark);
    } finally {
      spark.stop();
    }
  }

  /** As {@code ./sluice etl nightly} sets it, but for the catalog, which is a folder. */
  private static SparkSession session(Path folder) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.local.dir", folder.resolve("spark").toString())
            .config("spark.sql.shuffle.partitions", "16")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
            .config(
                "spark.sql.extensions",
                "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
            .config("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog")
            .config("spark.sql.catalog.lake.type", "hadoop")
            .config("spark.sql.catalog.lake.warehouse", folder.resolve("lake").toString());
    set("sluice.bench.conf", builder::config);
    return builder.getOrCreate();
  }

  /** More settings: name=value, a blank between two. */
  private static void set(String property, BiConsumer<String, String> into) {
    String[] settings = System.getProperty(property, "").split(" ", -1);
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals > 0) {
        into.accept(setting.substring(0, equals), setting.substring(equals + 1));
      }
    }
  }

  private void night(
      SparkSession spark, Meter meter, int round, Map<String, Map<Integer, Meter.Use>> book) {
    List<Task> tasks =
        Subjects.nightly().stream()
            .filter(job -> WANTED.contains(job.writes().name().table()))
            .map(job -> new Task(job, DAY))
            .toList();
    meter.lap();
    Night night =
        new Night(
            spark,
            said -> {
              if (said instanceof Progress.Checked made) {
                note(book, made.table().substring("lake.gold.".length()), round, meter.lap());
              }
            });
    List<Outcome> outcomes = night.run(tasks, "bench-" + round);
    Meter.Use commit = meter.lap();
    assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.why()).isEmpty());
    Meter.Use all =
        tasks.stream()
            .map(task -> book.get(task.job().writes().name().table()).get(round))
            .reduce(commit, Meter.Use::plus);
    note(book, NIGHT, round, all);
  }

  private void byHand(SparkSession spark, Meter meter, int round) {
    spark.table("lake.raw.app_events").createOrReplaceTempView("events");
    for (Reference reference : SAME.keySet()) {
      String table = "lake.plain." + reference.table();
      spark.sql("DROP TABLE IF EXISTS " + table + " PURGE");
      meter.lap();
      spark.sql(
          "CREATE TABLE "
              + table
              + " USING iceberg PARTITIONED BY (day) AS "
              + reference.inSpark(DAY));
      note(plain, reference.table(), round, meter.lap());
    }
  }

  private static void note(
      Map<String, Map<Integer, Meter.Use>> book, String table, int round, Meter.Use use) {
    System.err.printf(
        Locale.ROOT,
        "round %d, %s: %.2f s, CPU %.2f s%n",
        round,
        table,
        use.seconds(),
        use.cpuSeconds());
    book.computeIfAbsent(table, any -> new TreeMap<>()).put(round, use);
  }

  private void inDuckDb(SparkSession spark, Path folder) throws SQLException {
    try (Duck db = Duck.on(files(spark, "lake.raw.app_events"), folder)) {
      for (int round = 0; round < ROUNDS; round++) {
        for (Reference reference : SAME.keySet()) {
          double cpu = Meter.cpuSeconds();
          long start = System.nanoTime();
          db.make(reference, DAY);
          double seconds = Night.secondsSince(start);
          if (round > 0) {
            duck.merge(
                reference.table(),
                List.of(seconds, Meter.cpuSeconds() - cpu),
                (one, other) -> one.get(0) < other.get(0) ? one : other);
          }
        }
      }
      for (Reference reference : SAME.keySet()) {
        String amount = AMOUNT.get(reference);
        List<String> theirs = db.rowsAndSum(reference, amount);
        assertThat(Long.parseLong(theirs.get(0))).as(reference.table()).isPositive();
        for (String schema : List.of("gold", "plain")) {
          String table = "lake." + schema + "." + reference.table();
          Row row =
              spark
                  .sql("SELECT count(*), sum(" + amount + ") FROM " + table)
                  .collectAsList()
                  .get(0);
          assertThat(List.of(row.get(0).toString(), row.get(1).toString()))
              .as(table)
              .isEqualTo(theirs);
          assertThat(db.differences(reference, files(spark, table))).as(table).isZero();
        }
      }
    }
  }

  private static List<String> files(SparkSession spark, String table) {
    return spark
        .sql("SELECT file_path FROM " + table + ".files")
        .as(Encoders.STRING())
        .collectAsList();
  }

  private static long bytes(SparkSession spark, String table) {
    List<Row> sizes =
        spark.sql("SELECT sum(file_size_in_bytes) FROM " + table + ".files").collectAsList();
    return sizes.get(0).getLong(0);
  }

  private void print(SparkSession spark) {
    System.out.println(
        "| table | rows | cold s | warm s | CPU s | tasks s | shuffled MB | spilled MB | files | KB |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    ours.forEach(
        (table, rounds) -> {
          Meter.Use warm = warm(rounds);
          String name = "lake.gold." + table;
          boolean all = table.equals(NIGHT);
          System.out.printf(
              Locale.ROOT,
              "| %s | %s | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %s | %s |%n",
              table,
              all ? "" : "%,d".formatted(spark.table(name).count()),
              rounds.get(0).seconds(),
              warm.seconds(),
              warm.cpuSeconds(),
              warm.taskSeconds(),
              warm.shuffledBytes() / 1e6,
              warm.spilledBytes() / 1e6,
              all ? "" : files(spark, name).size(),
              all ? "" : "%,d".formatted(bytes(spark, name) / 1024));
        });
    tried.forEach(
        (table, rounds) ->
            System.out.printf(
                Locale.ROOT,
                "| %s with %s | %.2f s for %.2f | CPU %.2f s for %.2f |%n",
                table,
                TRIAL,
                warm(rounds).seconds(),
                warm(ours.get(table)).seconds(),
                warm(rounds).cpuSeconds(),
                warm(ours.get(table)).cpuSeconds()));
    System.out.println();
    System.out.println(
        "| table | ours warm s | by hand in Spark s | in DuckDB s | ours to Spark | ours to DuckDB"
            + " | ours CPU s | Spark CPU s | DuckDB CPU s | events/s and core |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    double[] sums = new double[6];
    SAME.forEach(
        (reference, jobs) -> {
          Meter.Use own =
              jobs.stream().map(job -> warm(ours.get(job))).reduce(Meter.Use::plus).orElseThrow();
          Meter.Use hand = warm(plain.get(reference.table()));
          List<Double> theirs = duck.get(reference.table());
          double[] row = {
            own.seconds(), hand.seconds(), theirs.get(0),
            own.cpuSeconds(), hand.cpuSeconds(), theirs.get(1)
          };
          Arrays.setAll(sums, i -> sums[i] + row[i]);
          compare(String.join(" + ", jobs), row);
        });
    compare("together", sums);
  }

  private static void compare(String what, double[] row) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %.2f | %.2f | %.2f | %.2f | %.1f | %.1f | %.1f | %.2f | %,.0f |%n",
        what,
        row[0],
        row[1],
        row[2],
        row[0] / row[1],
        row[0] / row[2],
        row[3],
        row[4],
        row[5],
        EVENTS / row[0] / 2);
  }

  private static Meter.Use warm(Map<Integer, Meter.Use> rounds) {
    return rounds.entrySet().stream()
        .filter(round -> round.getKey() > 0)
        .map(Map.Entry::getValue)
        .min(Comparator.comparingDouble(Meter.Use::seconds))
        .orElseThrow();
  }

  /** As the system counts it. */
  private static String peak() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .findFirst()
        .orElse("unknown");
  }
}
