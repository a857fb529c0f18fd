package dev.sluice.lake.usage;

import dev.sluice.lake.database.Statements;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The use of one table.
 *
 * @param days with any use, the last first
 * @param users with the last who used it first
 * @param queries last asked in that time, the most often asked first
 * @param columns last used in that time, the most often used first
 */
public record TableUse(
    List<Day> days, List<User> users, List<Query> queries, List<Column> columns) {
  public TableUse {
    days = List.copyOf(days);
    users = List.copyOf(users);
    queries = List.copyOf(queries);
    columns = List.copyOf(columns);
  }

  /** What whoever asks may read. */
  public interface Reader {
    boolean may(String namespace, String name);
  }

  /** A day of UTC, as {@code 2026-01-31}. */
  public record Day(String day, long queries, long loads, long users) {}

  /**
   * Who used it.
   *
   * @param engine that loaded it; empty for the lake's own SQL
   */
  public record User(String name, String engine, long queries, long loads, Instant last) {}

  /** A query without its values. */
  public record Query(
      String text, long times, long meanMillis, long meanRows, String lastUser, Instant last) {}

  /** A column that queries named. */
  public record Column(String name, long times, Instant last) {}

  /** One of the tables most used. */
  record Line(String namespace, String name, long queries, long loads, long users, Instant last) {}

  static TableUse read(Connection connection, String key, String since, int limit, Reader reader)
      throws SQLException {
    long from = LocalDate.parse(since).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    List<Day> days =
        Statements.list(
            connection,
            "SELECT day, SUM(queries), SUM(loads), COUNT(DISTINCT who) FROM sluice_usage_days"
                + " WHERE table_key = ? AND day >= ? GROUP BY day ORDER BY day DESC",
            row -> new Day(row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4)),
            key,
            since);
    List<User> users =
        Statements.list(
            connection,
            "SELECT who, engine, SUM(queries), SUM(loads), MAX(last) FROM sluice_usage_days"
                + " WHERE table_key = ? AND day >= ? GROUP BY who, engine"
                + " ORDER BY MAX(last) DESC, who, engine LIMIT ?",
            row ->
                new User(
                    row.getString(1),
                    row.getString(2),
                    row.getLong(3),
                    row.getLong(4),
                    Instant.ofEpochMilli(row.getLong(5))),
            key,
            since,
            limit);
    List<Column> columns =
        Statements.list(
            connection,
            "SELECT column_name, times, last FROM sluice_usage_columns WHERE table_key = ?"
                + " AND last >= ? ORDER BY times DESC, column_name LIMIT ?",
            row ->
                new Column(row.getString(1), row.getLong(2), Instant.ofEpochMilli(row.getLong(3))),
            key,
            from,
            limit);
    List<Query> queries = queries(connection, key, from, reader).stream().limit(limit).toList();
    return new TableUse(days, users, queries, columns);
  }

  private record Told(Query query, String tables) {}

  /** A query that also names what one may not read is not shown. */
  private static List<Query> queries(Connection connection, String key, long from, Reader reader)
      throws SQLException {
    List<Told> told =
        Statements.list(
            connection,
            "SELECT text, times, millis, row_count, who, last, tables FROM sluice_usage_queries"
                + " WHERE table_key = ? AND last >= ? ORDER BY times DESC, last DESC, shape",
            row ->
                new Told(
                    new Query(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3) / row.getLong(2),
                        row.getLong(4) / row.getLong(2),
                        row.getString(5),
                        Instant.ofEpochMilli(row.getLong(6))),
                    row.getString(7)),
            key,
            from);
    return told.stream()
        .filter(
            each ->
                Arrays.stream(each.tables.split("\n", -1)).allMatch(table -> may(reader, table)))
        .map(Told::query)
        .toList();
  }

  private static boolean may(Reader reader, String key) {
    int mark = key.indexOf(Use.MARK);
    return reader.may(key.substring(0, mark), key.substring(mark + 1));
  }

  static List<Line> most(Connection connection, String since, int limit, Reader reader)
      throws SQLException {
    List<Line> lines =
        Statements.list(
            connection,
            "SELECT table_key, SUM(queries), SUM(loads), COUNT(DISTINCT who), MAX(last)"
                + " FROM sluice_usage_days WHERE day >= ? GROUP BY table_key"
                + " ORDER BY SUM(queries) DESC, SUM(loads) DESC, table_key",
            row -> {
              String key = row.getString(1);
              int mark = key.indexOf(Use.MARK);
              return new Line(
                  key.substring(0, mark),
                  key.substring(mark + 1),
                  row.getLong(2),
                  row.getLong(3),
                  row.getLong(4),
                  Instant.ofEpochMilli(row.getLong(5)));
            },
            since);
    List<Line> shown = new ArrayList<>(lines);
    shown.removeIf(line -> !reader.may(line.namespace, line.name));
    return shown.subList(0, Math.min(limit, shown.size()));
  }
}
