package dev.sluice.transform.publish;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.Tables;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.parser.ParseException;

/**
 * Tables, each at the snapshot that was current when it was first asked for, so that all jobs of a
 * night see the same events while more come in.
 */
public final class PinnedTables implements Tables {
  private final SparkSession spark;
  private final Map<TableName, Dataset<Row>> pinned = new HashMap<>();

  public PinnedTables(SparkSession spark) {
    this.spark = spark;
  }

  @Override
  public Dataset<Row> read(TableName name) {
    return pinned.computeIfAbsent(name, this::pin);
  }

  @Override
  public boolean has(TableName name) {
    return pinned.containsKey(name) || spark.catalog().tableExists(name.toString());
  }

  /** Fixes a table that will be read; one that may be missing is left out where it is. */
  public void find(Read read) {
    if (!read.optional() || has(read.table())) {
      read(read.table());
    }
  }

  /** The table has new rows: whoever reads it next reads them. */
  public void forget(TableName name) {
    pinned.remove(name);
  }

  /**
   * Asks the catalog for a first answer. Spark by itself takes a catalog that does not answer for
   * one that is not there, and goes on to misread the tables' names.
   */
  public void reach() {
    String key = "spark.sql.catalog." + TableName.CATALOG;
    if (spark.conf().getOption(key).isEmpty()) {
      throw new JobFailure(
          "no catalog is called " + TableName.CATALOG + ": set " + key + " and what belongs to it");
    }
    try {
      ((org.apache.spark.sql.classic.SparkSession) spark)
          .sessionState()
          .catalogManager()
          .catalog(TableName.CATALOG);
    } catch (RuntimeException unreachable) {
      throw new JobFailure(
          "the catalog at "
              + spark.conf().get(key + ".uri", "(no uri)")
              + " cannot be used: "
              + unreachable.getMessage().lines().findFirst().orElse(""),
          unreachable);
    }
  }

  private Dataset<Row> pin(TableName name) {
    try {
      Table table = Spark3Util.loadIcebergTable(spark, name.toString());
      Snapshot current = table.currentSnapshot();
      return current == null
          ? spark.table(name.toString())
          : spark.read().option("versionAsOf", current.snapshotId()).table(name.toString());
    } catch (NoSuchTableException missing) {
      throw new JobFailure(
          "there is no table " + name + "; it is made when the first events of its stream arrive",
          missing);
    } catch (ParseException unreachable) {
      throw new IllegalStateException("a table's name that SQL cannot read: " + name, unreachable);
    }
  }
}
