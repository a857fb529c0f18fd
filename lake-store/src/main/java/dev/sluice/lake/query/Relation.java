package dev.sluice.lake.query;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;

/** Something that a query reads rows from. */
sealed interface Relation {
  /** Where it stands in DuckDB. */
  Place place();

  /** A table in one of its states. */
  record TableState(
      Place place, TableIdentifier identifier, String shown, Table table, TableScan scan)
      implements Relation {
    Schema schema() {
      return scan.schema();
    }
  }

  /** Rows that are made here and lie in no file. */
  record Listed(Place place, Schema schema, Rows rows) implements Relation {}

  /**
   * A view.
   *
   * @param columns its columns' names
   * @param text reads from what stands in DuckDB before it
   */
  record Derived(Place place, List<String> columns, String text) implements Relation {
    public Derived {
      columns = List.copyOf(columns);
    }

    /** What makes it. */
    String viewSql() {
      String names = columns.stream().map(SqlText::name).collect(Collectors.joining(", "));
      return "CREATE OR REPLACE VIEW " + place.quoted() + "(" + names + ") AS " + text;
    }
  }

  /** Rows, made anew each time. */
  interface Rows {
    CloseableIterable<StructLike> open();
  }
}
