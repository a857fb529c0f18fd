package dev.sluice.transform.care;

import dev.sluice.transform.care.CareSettings.Effect;
import dev.sluice.transform.care.CareSettings.Orphans;
import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Cared.Action;
import dev.sluice.transform.sample.LocalSpark;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Tables in need of care, and a run of it at a time of the test's choice. */
final class Ward {
  static final LocalDate FIRST = LocalDate.of(2026, 11, 19);

  /** The first two days are closed, the third is not. */
  static final Instant MORNING = Instant.parse("2026-11-22T05:00:00Z");

  private static final SparkSession SPARK = LocalSpark.session();

  private final String catalog;
  private final List<String> made = new ArrayList<>();
  private int runs;

  Ward(String catalog) {
    this.catalog = catalog;
  }

  String make(String name, String... properties) {
    String table = catalog + ".raw." + name;
    SPARK.sql("CREATE NAMESPACE IF NOT EXISTS " + catalog + ".raw");
    SPARK.sql("DROP TABLE IF EXISTS " + table);
    SPARK.sql(
        "CREATE TABLE "
            + table
            + " (id BIGINT, name STRING, _time TIMESTAMP) USING iceberg"
            + " PARTITIONED BY (days(_time)) TBLPROPERTIES ('format-version'='2',"
            + " 'write.distribution-mode'='none', 'write.delete.mode'='merge-on-read'"
            + (properties.length == 0 ? "" : ", " + String.join(", ", properties))
            + ")");
    made.add(table);
    return table;
  }

  /** So many files of ten rows each, all of one day, in one commit. */
  void load(String table, LocalDate day, int files) {
    long first = day.toEpochDay() * 100_000;
    try {
      SPARK
          .range(first, first + files * 10L, 1, files)
          .selectExpr(
              "id",
              "concat('n', id * 7919 % 1000) AS name",
              "timestamp'" + day + " 00:00:00' + make_interval(0,0,0,0,0,0,id % 86400) AS _time")
          .writeTo(table)
          .append();
    } catch (org.apache.spark.sql.catalyst.analysis.NoSuchTableException gone) {
      throw new IllegalStateException(gone);
    }
  }

  List<Cared> care(Instant now, String table, Action... actions) {
    return care(now, Policy.standard(), Orphans.REPORT, List.of(table), Set.of(actions));
  }

  /** What care would do. */
  List<Cared> tell(Instant now, String table) {
    return care(
        now,
        Policy.standard(),
        Orphans.DELETE,
        List.of(table),
        Set.of(Action.values()),
        Effect.TELL);
  }

  List<Cared> care(
      Instant now, Policy policy, Orphans orphans, List<String> tables, Set<Action> actions) {
    return care(now, policy, orphans, tables, actions, Effect.CHANGE);
  }

  private List<Cared> care(
      Instant now,
      Policy policy,
      Orphans orphans,
      List<String> tables,
      Set<Action> actions,
      Effect effect) {
    CareSettings settings =
        new CareSettings(
            catalog,
            tables.stream().map(table -> table.substring(catalog.length() + 1)).toList(),
            actions,
            effect,
            orphans,
            policy,
            now);
    return new TableCare(SPARK, settings, cared -> {}).run("run-" + runs++);
  }

  /** How many rows there are, and a sum over all that is in them. */
  Row rows(String tableOrQuery) {
    return SPARK
        .sql(
            "SELECT count(*), sum(CAST(xxhash64(id, name, _time) AS DECIMAL(38))) FROM "
                + tableOrQuery)
        .first();
  }

  Table table(String name) {
    try {
      Table table = Spark3Util.loadIcebergTable(SPARK, name);
      table.refresh();
      return table;
    } catch (Exception gone) {
      throw new IllegalStateException(gone);
    }
  }

  /** Where the files of one day lie, with as many deletes as they have in the end. */
  List<FileScanTask> files(String name, LocalDate day) {
    List<FileScanTask> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table(name).newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        if (task.file().partition().get(0, Integer.class) == day.toEpochDay()) {
          files.add(task);
        }
      }
    } catch (java.io.IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    }
    return files;
  }

  /** Every file in a table's folder, less the checksums that Hadoop keeps beside them. */
  Set<String> stored(String name) {
    Path folder = path(table(name).location());
    try (var all = Files.walk(folder)) {
      return Set.copyOf(
          all.filter(Files::isRegularFile)
              .map(Path::toString)
              .filter(file -> !file.endsWith(".crc"))
              .toList());
    } catch (java.io.IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    }
  }

  static Path path(String location) {
    return location.startsWith("file:")
        ? Path.of(URI.create(location).getPath())
        : Path.of(location);
  }

  void close() {
    made.forEach(table -> SPARK.sql("DROP TABLE IF EXISTS " + table));
    made.clear();
    for (String table : List.of("care", "care_quarantine")) {
      SPARK.sql("DROP TABLE IF EXISTS " + catalog + ".ops." + table);
    }
  }
}
