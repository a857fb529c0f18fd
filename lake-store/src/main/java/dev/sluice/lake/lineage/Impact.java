package dev.sluice.lake.lineage;

import dev.sluice.lake.database.Statements;
import dev.sluice.lake.lineage.Lines.Edge;
import dev.sluice.lake.lineage.Lines.JobLine;
import dev.sluice.lake.lineage.Lines.Point;
import dev.sluice.lake.lineage.event.Dataset;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What breaks if a column, or a whole dataset, goes.
 *
 * @param readers jobs that are known to read it
 * @param suspects jobs that read the dataset and never told which columns of it
 * @param columns made of it, in one step or several
 * @param datasets that are no longer brought up to date when those jobs fail
 */
public record Impact(
    List<JobLine> readers,
    List<JobLine> suspects,
    List<Point> columns,
    List<Point> datasets,
    boolean truncated) {
  public Impact {
    readers = List.copyOf(readers);
    suspects = List.copyOf(suspects);
    columns = List.copyOf(columns);
    datasets = List.copyOf(datasets);
  }

  /**
   * @param columns what is made of the column
   * @param below what is made of the dataset
   */
  static Impact of(
      Connection connection, Dataset dataset, String column, Lines columns, Lines below, long since)
      throws SQLException {
    Set<String> reading = direct(columns, dataset, column);
    Set<String> all = direct(below, dataset, "");
    if (column.isEmpty()) {
      reading = all;
    }
    Set<String> told =
        new LinkedHashSet<>(
            Statements.list(
                connection,
                "SELECT DISTINCT job FROM sluice_lineage_columns WHERE source = ? AND seen >= ?",
                row -> row.getString(1),
                dataset.stored(),
                since));
    Set<String> suspects = new LinkedHashSet<>(all);
    suspects.removeAll(told);
    suspects.removeAll(reading);
    return new Impact(
        List.copyOf(Jobs.of(connection, reading).values()),
        List.copyOf(Jobs.of(connection, suspects).values()),
        columns.points().stream().filter(point -> point.distance() > 0).toList(),
        stale(below, dataset, reading, suspects),
        columns.truncated() || below.truncated());
  }

  private static Set<String> direct(Lines lines, Dataset dataset, String column) {
    Set<String> jobs = new LinkedHashSet<>();
    for (Edge edge : lines.edges()) {
      boolean here =
          edge.from()
              .filter(from -> from.dataset().equals(dataset) && from.column().equals(column))
              .isPresent();
      if (here && edge.to().filter(Point::hidden).isEmpty()) {
        jobs.add(edge.job());
      }
    }
    return jobs;
  }

  /** What the jobs write, and all that is made of it. */
  private static List<Point> stale(
      Lines below, Dataset root, Set<String> readers, Set<String> suspects) {
    Set<Dataset> reached = new LinkedHashSet<>();
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Edge edge : below.edges()) {
        boolean fails =
            edge.from().filter(from -> from.dataset().equals(root)).isPresent()
                ? readers.contains(edge.job()) || suspects.contains(edge.job())
                : edge.from().filter(from -> reached.contains(from.dataset())).isPresent();
        if (fails && edge.to().isPresent()) {
          grown |= reached.add(edge.to().get().dataset());
        }
      }
    }
    List<Point> stale = new ArrayList<>();
    for (Point point : below.points()) {
      if (reached.contains(point.dataset()) && !point.dataset().equals(root)) {
        stale.add(point);
      }
    }
    return stale;
  }
}
