package dev.sluice.lake.usage;

import dev.sluice.lake.database.Statements;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** The use of a table goes on under its new name, added to what was known under that. */
final class UsageRenaming {
  private UsageRenaming() {}

  /** In the lists of what queries name, by which it is told who may see them. */
  private static void rename(Connection connection, String from, String to) throws SQLException {
    record Listed(String table, String shape, String tables) {}
    for (Listed each :
        Statements.list(
            connection,
            "SELECT table_key, shape, tables FROM sluice_usage_queries",
            row -> new Listed(row.getString(1), row.getString(2), row.getString(3)))) {
      List<String> named = List.of(each.tables.split("\n", -1));
      if (named.contains(from)) {
        Statements.run(
            connection,
            "UPDATE sluice_usage_queries SET tables = ? WHERE table_key = ? AND shape = ?",
            named.stream()
                .map(name -> name.equals(from) ? to : name)
                .distinct()
                .sorted()
                .collect(Collectors.joining("\n")),
            each.table,
            each.shape);
      }
    }
  }

  static void apply(Connection connection, String from, String to) throws SQLException {
    if (from.equals(to)) {
      return;
    }
    rename(connection, from, to);
    Statements.run(
        connection,
        """
        INSERT INTO sluice_usage_days AS old
          (table_key, day, who, engine, queries, loads, millis, row_count, last)
        SELECT ?, day, who, engine, queries, loads, millis, row_count, last
          FROM sluice_usage_days gone WHERE gone.table_key = ?
        ON CONFLICT (table_key, day, who, engine) DO UPDATE SET
          queries = old.queries + excluded.queries, loads = old.loads + excluded.loads,
          millis = old.millis + excluded.millis, row_count = old.row_count + excluded.row_count
        """,
        to,
        from);
    Statements.run(
        connection,
        """
        INSERT INTO sluice_usage_queries AS old
          (table_key, shape, text, tables, times, millis, row_count, who, last)
        SELECT ?, shape, text, tables, times, millis, row_count, who, last
          FROM sluice_usage_queries gone WHERE gone.table_key = ?
        ON CONFLICT (table_key, shape) DO UPDATE SET times = old.times + excluded.times,
          tables = excluded.tables
        """,
        to,
        from);
    Statements.run(
        connection,
        """
        INSERT INTO sluice_usage_columns AS old (table_key, column_name, times, last)
        SELECT ?, column_name, times, last FROM sluice_usage_columns gone WHERE gone.table_key = ?
        ON CONFLICT (table_key, column_name) DO UPDATE SET times = old.times + excluded.times
        """,
        to,
        from);
    for (String table : List.of("days", "queries", "columns")) {
      Statements.run(
          connection, "DELETE FROM sluice_usage_" + table + " WHERE table_key = ?", from);
    }
  }
}
