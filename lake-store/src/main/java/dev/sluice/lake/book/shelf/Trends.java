package dev.sluice.lake.book.shelf;

import dev.sluice.lake.book.fact.Point;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How tables grow: each of the last snapshots, then the last one of each hour, then of each day.
 * What a table takes here is bounded however often it is written to.
 */
final class Trends {
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long HOURS_KEPT = Duration.ofDays(30).toMillis();
  private static final long DAYS_KEPT = Duration.ofDays(1000).toMillis();

  /** How much of a trend one point stands for. */
  enum Grain {
    SNAPSHOT,
    HOUR,
    DAY
  }

  private Trends() {}

  /**
   * @param points the newest first
   */
  static void add(Connection connection, long page, List<Point> points, int kept)
      throws SQLException {
    List<Point> oldestFirst = new ArrayList<>(points);
    oldestFirst.sort(Comparator.comparingLong(Point::at));
    for (Point point : oldestFirst) {
      put(connection, page, Grain.SNAPSHOT, point.snapshotId(), point);
      put(connection, page, Grain.HOUR, point.at() / HOUR, point);
      put(connection, page, Grain.DAY, point.at() / DAY, point);
    }
    if (points.isEmpty()) {
      return;
    }
    long newest = oldestFirst.get(oldestFirst.size() - 1).at();
    Statements.update(
        connection,
        "DELETE FROM sluice_book_points WHERE page = ? AND grain = 'SNAPSHOT' AND slot NOT IN"
            + " (SELECT slot FROM sluice_book_points WHERE page = ? AND grain = 'SNAPSHOT'"
            + " ORDER BY at DESC LIMIT ?)",
        page,
        page,
        kept);
    forget(connection, page, Grain.HOUR, (newest - HOURS_KEPT) / HOUR);
    forget(connection, page, Grain.DAY, (newest - DAYS_KEPT) / DAY);
  }

  private static void forget(Connection connection, long page, Grain grain, long before)
      throws SQLException {
    Statements.update(
        connection,
        "DELETE FROM sluice_book_points WHERE page = ? AND grain = ? AND slot < ?",
        page,
        grain.name(),
        before);
  }

  private static void put(Connection connection, long page, Grain grain, long slot, Point point)
      throws SQLException {
    Statements.update(
        connection,
        "INSERT INTO sluice_book_points (page, grain, slot, at, point) VALUES (?, ?, ?, ?, ?)"
            + " ON CONFLICT (page, grain, slot) DO UPDATE SET at = excluded.at,"
            + " point = excluded.point WHERE excluded.at >= sluice_book_points.at",
        page,
        grain.name(),
        slot,
        point.at(),
        Json.write(point));
  }

  /** The newest first. */
  static List<Point> list(Connection connection, long page, Grain grain, int limit)
      throws SQLException {
    return Statements.list(
        connection,
        "SELECT point FROM sluice_book_points WHERE page = ? AND grain = ?"
            + " ORDER BY at DESC LIMIT ?",
        row -> Json.read(row.getString(1), Point.class),
        page,
        grain.name(),
        limit);
  }

  static void writer(
      Connection connection, long page, String by, String engine, String application, long at)
      throws SQLException {
    Statements.update(
        connection,
        "INSERT INTO sluice_book_writers (page, who, engine, application, last_at, commits)"
            + " VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT (page, who, engine, application)"
            + " DO UPDATE SET last_at = excluded.last_at,"
            + " commits = sluice_book_writers.commits + 1",
        page,
        by,
        engine,
        application,
        at);
  }

  /** Those beyond the last so many. */
  static void forgetWriters(Connection connection, long page, int kept) throws SQLException {
    Statements.update(
        connection,
        "DELETE FROM sluice_book_writers WHERE page = ? AND last_at < (SELECT min(last_at) FROM"
            + " (SELECT last_at FROM sluice_book_writers WHERE page = ?"
            + " ORDER BY last_at DESC LIMIT ?) AS newest)",
        page,
        page,
        kept);
  }

  static List<Writer> writers(Connection connection, long page) throws SQLException {
    return Statements.list(
        connection,
        "SELECT who, engine, application, last_at, commits FROM sluice_book_writers"
            + " WHERE page = ? ORDER BY last_at DESC, who",
        row ->
            new Writer(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                java.time.Instant.ofEpochMilli(row.getLong(4)),
                row.getLong(5)),
        page);
  }
}
