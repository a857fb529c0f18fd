package dev.sluice.lake.lineage;

import dev.sluice.lake.database.Statements;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What checks found in a dataset.
 *
 * @param latest of each check the last result, by column and check
 * @param history all that is kept, the last first
 * @param metrics as they were last measured
 */
public record Quality(List<Result> latest, List<Result> history, Optional<Measured> metrics) {
  public Quality {
    latest = List.copyOf(latest);
    history = List.copyOf(history);
  }

  /**
   * One result.
   *
   * @param column empty where the whole dataset is checked
   * @param detail a JSON object of what was expected and found; empty where nothing is told
   * @param run empty where it was told of without a run
   */
  public record Result(
      String assertion,
      String column,
      boolean passed,
      String severity,
      String detail,
      String run,
      Instant at) {}

  /** Numbers as OpenLineage has them: a JSON object. */
  public record Measured(String json, String run, Instant at) {}

  static Quality of(Connection connection, String dataset, int most) throws SQLException {
    List<Result> history =
        Statements.list(
            connection,
            "SELECT assertion, column_name, passed, severity, detail, run, seen"
                + " FROM sluice_lineage_checks WHERE dataset = ?"
                + " ORDER BY seen DESC, column_name, assertion, result LIMIT ?",
            row ->
                new Result(
                    row.getString(1),
                    row.getString(2),
                    row.getInt(3) == 1,
                    row.getString(4),
                    row.getString(5),
                    row.getString(6),
                    Instant.ofEpochMilli(row.getLong(7))),
            dataset,
            most);
    Map<List<String>, Result> latest = new LinkedHashMap<>();
    history.forEach(each -> latest.putIfAbsent(List.of(each.column(), each.assertion()), each));
    List<Measured> measured =
        Statements.list(
            connection,
            "SELECT body, run, seen FROM sluice_lineage_metrics WHERE dataset = ?"
                + " ORDER BY seen DESC, result LIMIT 1",
            row ->
                new Measured(
                    row.getString(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3))),
            dataset);
    return new Quality(List.copyOf(latest.values()), history, measured.stream().findFirst());
  }
}
