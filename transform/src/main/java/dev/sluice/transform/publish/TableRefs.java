package dev.sluice.transform.publish;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.TableName;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.parser.ParseException;

/** A table's branches, which change by compare-and-swap whatever the catalog is. */
final class TableRefs {
  private static final int ATTEMPTS = 20;

  private final TableName name;
  private final Table table;
  private final TableOperations operations;

  private TableRefs(TableName name, Table table) {
    this.name = name;
    this.table = table;
    this.operations = ((HasTableOperations) table).operations();
  }

  /** The table as the catalog has it now, if it is there. */
  static Optional<TableRefs> find(SparkSession spark, TableName name) {
    try {
      Table table = Spark3Util.loadIcebergTable(spark, name.toString());
      // Spark keeps tables for a while.
      table.refresh();
      return Optional.of(new TableRefs(name, table));
    } catch (NoSuchTableException | org.apache.iceberg.exceptions.NoSuchTableException missing) {
      return Optional.empty();
    } catch (ParseException impossible) {
      throw new IllegalStateException("a table's name that SQL cannot read: " + name, impossible);
    }
  }

  TableName name() {
    return name;
  }

  Table table() {
    return table;
  }

  TableMetadata current() {
    return operations.current();
  }

  TableMetadata refresh() {
    return operations.refresh();
  }

  static Optional<Long> main(TableMetadata metadata) {
    return head(metadata, SnapshotRef.MAIN_BRANCH);
  }

  static Optional<Long> head(TableMetadata metadata, String branch) {
    return Optional.ofNullable(metadata.ref(branch)).map(SnapshotRef::snapshotId);
  }

  /** Changes the table as it is then: when another was faster, the change is asked for anew. */
  void change(UnaryOperator<TableMetadata> change) {
    for (int attempt = 1; ; attempt++) {
      TableMetadata base = operations.refresh();
      TableMetadata changed = change.apply(base);
      try {
        if (!changed.changes().isEmpty()) {
          operations.commit(base, changed);
        }
        return;
      } catch (CommitFailedException faster) {
        if (attempt == ATTEMPTS) {
          throw new JobFailure(name + " is changed by others all the time; try again", faster);
        }
      }
    }
  }

  /** Changes the table if it still is what {@code base} says. */
  void commit(TableMetadata base, TableMetadata changed) {
    operations.commit(base, changed);
  }

  void drop(String branch) {
    change(
        base ->
            base.ref(branch) == null
                ? base
                : TableMetadata.buildFrom(base).removeRef(branch).build());
  }
}
