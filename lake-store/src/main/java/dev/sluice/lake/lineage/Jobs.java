package dev.sluice.lake.lineage;

import dev.sluice.lake.database.Statements;
import dev.sluice.lake.lineage.Lines.JobLine;
import dev.sluice.lake.lineage.Lines.RunLine;
import dev.sluice.lake.lineage.event.Dataset;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rows of jobs and their runs. */
final class Jobs {
  private static final String COLUMNS =
      "SELECT job, namespace, name, description, sql_text, source, kind, owners, seen"
          + " FROM sluice_lineage_jobs ";

  private static final String RUNS =
      "SELECT run, state, begun, ended, parent, message, job FROM sluice_lineage_runs ";

  private static final List<String> TOUCHED =
      List.of(
          "SELECT DISTINCT job, dataset FROM sluice_lineage_io WHERE seen >= ?",
          "SELECT DISTINCT job, source FROM sluice_lineage_columns WHERE seen >= ?",
          "SELECT DISTINCT job, target FROM sluice_lineage_columns WHERE seen >= ?");

  private Jobs() {}

  /** A dataset that a job reads or writes. */
  record Use(Dataset dataset, boolean written, long rows, long bytes, Instant seen) {}

  static Map<String, JobLine> of(Connection connection, Collection<String> keys)
      throws SQLException {
    Map<String, JobLine> jobs = new HashMap<>();
    for (String key : keys) {
      find(connection, key).ifPresent(job -> jobs.put(key, job));
    }
    return jobs;
  }

  static Optional<JobLine> find(Connection connection, String key) throws SQLException {
    return lines(connection, "WHERE job = ?", key).stream().findFirst();
  }

  /** The keys of all jobs, the one last heard of first. */
  static List<String> latest(Connection connection) throws SQLException {
    return Statements.list(
        connection,
        "SELECT job FROM sluice_lineage_jobs ORDER BY seen DESC, job",
        row -> row.getString(1));
  }

  /** All that each job is known to touch: what it reads and writes, and where columns come from. */
  static Map<String, Set<Dataset>> touched(Connection connection, long since) throws SQLException {
    Map<String, Set<Dataset>> touched = new HashMap<>();
    for (String each : TOUCHED) {
      Statements.list(
          connection,
          each,
          row ->
              touched
                  .computeIfAbsent(row.getString(1), job -> new HashSet<>())
                  .add(Dataset.stored(row.getString(2))),
          since);
    }
    return touched;
  }

  /** All that one job is known to touch. */
  static Set<Dataset> touched(Connection connection, String job, long since) throws SQLException {
    Set<Dataset> touched = new HashSet<>();
    for (String each : TOUCHED) {
      touched.addAll(
          Statements.list(
              connection,
              each + " AND job = ?",
              row -> Dataset.stored(row.getString(2)),
              since,
              job));
    }
    return touched;
  }

  private static List<JobLine> lines(Connection connection, String which, Object... values)
      throws SQLException {
    List<JobLine> found =
        Statements.list(connection, COLUMNS + which, row -> line(row, Optional.empty()), values);
    List<JobLine> lines = new ArrayList<>();
    for (JobLine job : found) {
      Optional<RunLine> last = runs(connection, job.key(), 1).stream().findFirst();
      lines.add(
          new JobLine(
              job.key(),
              job.namespace(),
              job.name(),
              job.description(),
              job.sql(),
              job.source(),
              job.kind(),
              job.owners(),
              job.seen(),
              last));
    }
    return lines;
  }

  private static JobLine line(ResultSet row, Optional<RunLine> last) throws SQLException {
    return new JobLine(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getString(8),
        Instant.ofEpochMilli(row.getLong(9)),
        last);
  }

  /** The last runs of a job, the latest first. */
  static List<RunLine> runs(Connection connection, String job, int most) throws SQLException {
    return Statements.list(
        connection, RUNS + "WHERE job = ? ORDER BY begun DESC, run LIMIT ?", Jobs::run, job, most);
  }

  /** A run, and the key of its job. */
  record Found(RunLine run, String job) {}

  static Optional<Found> run(Connection connection, String id) throws SQLException {
    return Statements.list(
            connection, RUNS + "WHERE run = ?", row -> new Found(run(row), row.getString(7)), id)
        .stream()
        .findFirst();
  }

  private static RunLine run(ResultSet row) throws SQLException {
    long ended = row.getLong(4);
    return new RunLine(
        row.getString(1),
        row.getString(2),
        Instant.ofEpochMilli(row.getLong(3)),
        ended == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(ended)),
        row.getString(5),
        row.getString(6));
  }

  /** The bodies of a run's events, in the order of their times. */
  static List<String> events(Connection connection, String run) throws SQLException {
    return Statements.list(
        connection,
        "SELECT body FROM sluice_lineage_events WHERE run = ? ORDER BY time, received, digest",
        row -> row.getString(1),
        run);
  }

  /** What a job reads and writes. */
  static List<Use> uses(Connection connection, String job, long since) throws SQLException {
    return Statements.list(
        connection,
        "SELECT dataset, way, row_count, byte_count, seen FROM sluice_lineage_io"
            + " WHERE job = ? AND seen >= ? ORDER BY way, dataset",
        row ->
            new Use(
                Dataset.stored(row.getString(1)),
                row.getString(2).equals("OUT"),
                row.getLong(3),
                row.getLong(4),
                Instant.ofEpochMilli(row.getLong(5))),
        job,
        since);
  }
}
