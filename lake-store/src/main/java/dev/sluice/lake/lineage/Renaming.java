package dev.sluice.lake.lineage;

import dev.sluice.lake.database.Statements;
import dev.sluice.lake.lineage.event.Dataset;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A dataset has another name from now on, and its lineage goes with it. Where the new name has
 * lineage of its own, as when a table is swapped for one made anew, both become one: who read the
 * old table by that name will read the new one.
 */
final class Renaming {
  private Renaming() {}

  private record Use(String job, String way, String run, long rows, long bytes, long seen) {}

  private record Origin(
      String job,
      String target,
      String targetColumn,
      String source,
      String sourceColumn,
      String transformations,
      long seen) {}

  static void apply(Connection connection, Dataset from, Dataset to) throws SQLException {
    String before = from.stored();
    String after = to.stored();
    if (before.equals(after)) {
      return;
    }
    uses(connection, before, after);
    columns(connection, before, after);
    Named.rename(connection, before, after);
    for (String table : List.of("sluice_lineage_checks", "sluice_lineage_metrics")) {
      Statements.run(
          connection, "UPDATE " + table + " SET dataset = ? WHERE dataset = ?", after, before);
    }
    Statements.run(
        connection,
        "UPDATE sluice_lineage_datasets SET dataset = ? WHERE dataset = ? AND NOT EXISTS"
            + " (SELECT 1 FROM sluice_lineage_datasets there WHERE there.dataset = ?)",
        after,
        before,
        after);
    Statements.run(connection, "DELETE FROM sluice_lineage_datasets WHERE dataset = ?", before);
  }

  private static void uses(Connection connection, String before, String after) throws SQLException {
    List<Use> uses =
        Statements.list(
            connection,
            "SELECT job, way, run, row_count, byte_count, seen FROM sluice_lineage_io"
                + " WHERE dataset = ?",
            row ->
                new Use(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getLong(6)),
            before);
    Statements.run(connection, "DELETE FROM sluice_lineage_io WHERE dataset = ?", before);
    for (Use use : uses) {
      Statements.run(
          connection,
          Intake.USE,
          LineageTables.key(use.job, after, use.way),
          use.job,
          after,
          use.way,
          use.run,
          use.rows,
          use.bytes,
          use.seen);
    }
  }

  private static void columns(Connection connection, String before, String after)
      throws SQLException {
    List<Origin> origins =
        Statements.list(
            connection,
            "SELECT job, target, target_column, source, source_column, transformations, seen"
                + " FROM sluice_lineage_columns WHERE target = ? OR source = ?",
            row ->
                new Origin(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6),
                    row.getLong(7)),
            before,
            before);
    Statements.run(
        connection,
        "DELETE FROM sluice_lineage_columns WHERE target = ? OR source = ?",
        before,
        before);
    for (Origin origin : origins) {
      String target = origin.target.equals(before) ? after : origin.target;
      String source = origin.source.equals(before) ? after : origin.source;
      Statements.run(
          connection,
          Intake.COLUMN,
          LineageTables.key(origin.job, target, origin.targetColumn, source, origin.sourceColumn),
          origin.job,
          target,
          origin.targetColumn,
          source,
          origin.sourceColumn,
          origin.transformations,
          origin.seen);
    }
  }
}
