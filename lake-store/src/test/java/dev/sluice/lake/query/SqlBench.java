package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SQL on a table of ten million rows over HTTP, beside DuckDB that stays open and reads the same
 * files; run by {@code -Pbench}.
 */
@Tag("bench")
class SqlBench {
  private static final int FILES = 20;
  private static final int ROWS = Integer.getInteger("sluice.bench.rows", 10_000_000);
  private static final int ROUNDS = Integer.getInteger("sluice.bench.rounds", 15);

  private static final int WARM = 10;

  private static final int POINTS = 20;
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Schema EVENTS =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "seen", Types.TimestampType.withZone()),
          NestedField.optional(3, "user_id", Types.LongType.get()),
          NestedField.optional(4, "type", Types.StringType.get()),
          NestedField.optional(5, "price", Types.DoubleType.get()));

  private final Random random = new Random(42);

  /** A query, asked of the lake's table or of the files. */
  private record Case(String name, int repeats, IntFunction<String> text) {
    Case(String name, String text) {
      this(name, 1, any -> text);
    }
  }

  @Test
  void besideDuckDbOnTheSameFiles(@TempDir Path directory) throws Exception {
    List<Path> files = write(Files.createDirectory(directory.resolve("files")));
    CatalogRig rig = new CatalogRig(directory.resolve("lake"));
    try (RESTCatalog client = rig.client();
        Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      fill(client.createTable(TableIdentifier.of("raw", "clicks"), EVENTS), files);
      execute(duck, "SET threads = 2; SET memory_limit = '512MiB'");
      execute(
          duck,
          "CREATE VIEW clicks AS FROM read_parquet(["
              + files.stream().map(each -> "'" + each + "'").collect(Collectors.joining(","))
              + "])");
      System.out.printf("%,d rows in %d files, %d rounds%n", ROWS, FILES, ROUNDS);
      System.out.println(
          "| query | lake ms | p99 | DuckDB ms | lake to it | files read, skipped |");
      System.out.println("|---|---|---|---|---|---|");
      for (Case each : cases()) {
        race(each, rig, duck);
      }
    } finally {
      rig.stop();
    }
  }

  private List<Case> cases() {
    return List.of(
        new Case(
            "one row by id",
            POINTS,
            any -> "SELECT * FROM clicks WHERE id = " + random.nextInt(ROWS)),
        new Case(
            "an hour's sum",
            "SELECT count(*), sum(price) FROM clicks WHERE seen >= TIMESTAMPTZ '2026-01-02 03:00:00Z'"
                + " AND seen < TIMESTAMPTZ '2026-01-02 04:00:00Z'"),
        new Case("scan", "SELECT sum(price), max(user_id), min(seen) FROM clicks"),
        new Case(
            "group by 8 types",
            "SELECT type, count(*), avg(price) FROM clicks GROUP BY 1 ORDER BY 1"),
        new Case(
            "top 10 of 100,000 users",
            "SELECT user_id, sum(price) s FROM clicks GROUP BY 1 ORDER BY s DESC, 1 LIMIT 10"),
        new Case("count", "SELECT count(*) FROM clicks WHERE type = 'type3' AND price > 90"));
  }

  private static void race(Case query, CatalogRig rig, Connection duck) throws SQLException {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    JsonNode answer = null;
    for (int round = 0; round < WARM + ROUNDS; round++) {
      for (int i = 0; i < query.repeats(); i++) {
        String text = query.text().apply(i);
        // What the lake does between queries is not to weigh on whoever comes next.
        LockSupport.parkNanos(PAUSE.toNanos());
        long start = System.nanoTime();
        answer = CatalogRig.json(rig.sql(text.replace("FROM clicks", "FROM raw.clicks")));
        long answered = System.nanoTime();
        LockSupport.parkNanos(PAUSE.toNanos());
        long between = System.nanoTime();
        int rows = execute(duck, text);
        long end = System.nanoTime();
        assertThat(answer.path("rows").size()).as(text + " " + answer).isEqualTo(rows);
        if (round >= WARM) {
          ours.add((answered - start) / 1e6);
          theirs.add((end - between) / 1e6);
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f | %.1f | %.1f | %.2f | %s, %s |%n",
        query.name(),
        quantile(ours, 0.5),
        quantile(ours, 0.99),
        quantile(theirs, 0.5),
        quantile(ours, 0.5) / quantile(theirs, 0.5),
        answer.path("filesRead"),
        answer.path("filesSkipped"));
  }

  private static double quantile(List<Double> values, double part) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  }

  /** Reads all rows; how many there were. */
  private static int execute(Connection duck, String text) throws SQLException {
    try (Statement statement = duck.createStatement()) {
      int rows = 0;
      long values = 0;
      if (statement.execute(text)) {
        try (ResultSet result = statement.getResultSet()) {
          while (result.next()) {
            for (int at = 1; at <= result.getMetaData().getColumnCount(); at++) {
              values += result.getString(at) == null ? 0 : 1;
            }
            rows++;
          }
        }
        assertThat(values).isGreaterThanOrEqualTo(rows);
      }
      return rows;
    }
  }

  /** Files in the order of time, with the field ids that Iceberg's writers note. */
  private static List<Path> write(Path directory) throws SQLException {
    List<Path> files = new ArrayList<>();
    int each = ROWS / FILES;
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      for (int number = 0; number < FILES; number++) {
        Path file = directory.resolve(number + ".parquet");
        String rows =
            "SELECT i AS id, TIMESTAMPTZ '2026-01-01 00:00:00Z' + to_milliseconds(i * 60) AS seen,"
                + " hash(i) % 100000 AS user_id, 'type' || (hash(i + 1) % 8) AS type,"
                + " (hash(i + 2) % 10000) / 100.0::DOUBLE AS price"
                + (" FROM range(" + (long) number * each + ", " + (number + 1L) * each + ") t(i)");
        execute(
            duck,
            "COPY (SELECT id::BIGINT id, seen, user_id::BIGINT user_id, type, price FROM ("
                + rows
                + ")) TO '"
                + file
                + "' (FORMAT parquet, COMPRESSION zstd,"
                + " FIELD_IDS {id: 1, seen: 2, user_id: 3, type: 4, price: 5})");
        files.add(file);
      }
    }
    return files;
  }

  private static void fill(Table table, List<Path> files) throws IOException {
    AppendFiles append = table.newAppend();
    for (Path file : files) {
      OutputFile to =
          table
              .io()
              .newOutputFile(
                  table.locationProvider().newDataLocation(file.getFileName().toString()));
      try (OutputStream out = to.createOrOverwrite()) {
        Files.copy(file, out);
      }
      append.appendFile(
          DataFiles.builder(table.spec())
              .withPath(to.location())
              .withFormat("parquet")
              .withFileSizeInBytes(Files.size(file))
              .withMetrics(
                  ParquetUtil.fileMetrics(
                      org.apache.iceberg.Files.localInput(file.toFile()),
                      MetricsConfig.getDefault()))
              .build());
    }
    append.commit();
  }
}
