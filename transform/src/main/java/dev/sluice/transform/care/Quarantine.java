package dev.sluice.transform.care;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.io.FileInfo;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.types.StructType;

/** The orphans that were noted, in {@code ops.care_quarantine}: since when each is one. */
final class Quarantine {
  private static final String COLUMNS =
      "table_name STRING, file STRING, bytes BIGINT, modified TIMESTAMP, since TIMESTAMP";

  private final SparkSession spark;
  private final String table;

  Quarantine(SparkSession spark, String catalog) {
    this.spark = spark;
    this.table = catalog + ".ops.care_quarantine";
  }

  /**
   * A noted orphan.
   *
   * @param modified when the file was written, in milliseconds since 1970
   */
  record Entry(String file, long bytes, long modified, Instant since) {}

  /**
   * What becomes of a table's orphans.
   *
   * @param due may be deleted now
   * @param waiting are noted, for the first time or still
   */
  record Decision(List<Entry> due, List<Entry> waiting) {
    Decision {
      due = List.copyOf(due);
      waiting = List.copyOf(waiting);
    }

    List<Entry> everything() {
      List<Entry> all = new ArrayList<>(due);
      all.addAll(waiting);
      return all;
    }
  }

  /** Whoever is noted and no orphan any more is forgotten; a file written anew begins anew. */
  static Decision decide(List<Entry> known, List<FileInfo> orphans, Instant now, Duration period) {
    Map<String, Entry> noted = new HashMap<>();
    known.forEach(entry -> noted.put(entry.file(), entry));
    List<Entry> due = new ArrayList<>();
    List<Entry> waiting = new ArrayList<>();
    for (FileInfo orphan : orphans) {
      Entry before = noted.get(orphan.location());
      boolean same =
          before != null
              && before.bytes() == orphan.size()
              && before.modified() == orphan.createdAtMillis();
      Entry entry =
          same
              ? before
              : new Entry(orphan.location(), orphan.size(), orphan.createdAtMillis(), now);
      if (same && !entry.since().plus(period).isAfter(now)) {
        due.add(entry);
      } else {
        waiting.add(entry);
      }
    }
    return new Decision(due, waiting);
  }

  List<Entry> of(String name) {
    if (!spark.catalog().tableExists(table)) {
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    for (Row row :
        spark
            .table(table)
            .filter(col("table_name").equalTo(lit(name)))
            .selectExpr("file", "bytes", "unix_millis(modified)", "unix_millis(since)")
            .collectAsList()) {
      entries.add(
          new Entry(
              row.getString(0),
              row.getLong(1),
              row.getLong(2),
              Instant.ofEpochMilli(row.getLong(3))));
    }
    return entries;
  }

  /** From now on these are the table's, in one commit. */
  void keep(String name, List<Entry> entries) {
    if (entries.isEmpty() && of(name).isEmpty()) {
      return;
    }
    spark.sql(
        "CREATE TABLE IF NOT EXISTS "
            + table
            + " ("
            + COLUMNS
            + ") USING iceberg PARTITIONED BY (table_name)"
            + " COMMENT 'Files that no table names, and since when they are known as such'");
    List<Row> rows =
        entries.stream()
            .map(
                entry ->
                    RowFactory.create(
                        name,
                        entry.file(),
                        entry.bytes(),
                        Instant.ofEpochMilli(entry.modified()),
                        entry.since()))
            .toList();
    try {
      spark
          .createDataFrame(rows, StructType.fromDDL(COLUMNS))
          .coalesce(1)
          .writeTo(table)
          .overwrite(col("table_name").equalTo(lit(name)));
    } catch (NoSuchTableException dropped) {
      throw new IllegalStateException(table + " was dropped while it was written", dropped);
    }
  }
}
