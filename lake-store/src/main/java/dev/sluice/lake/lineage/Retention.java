package dev.sluice.lake.lineage;

import dev.sluice.lake.database.Statements;
import dev.sluice.lake.lineage.event.LineageEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Forgets what is beyond the settings' bounds, in the transaction that adds. */
final class Retention {
  /** What is too old is looked for once in so many events, and at the first. */
  private static final int SWEEP_EVERY = 256;

  private static final String BEYOND = " LIMIT 1000000000 OFFSET ?";

  private final LineageSettings settings;
  private final InstantSource clock;
  private final AtomicLong events = new AtomicLong();

  Retention(LineageSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  void keep(Connection connection, LineageEvent event, String job) throws SQLException {
    if (event.run().isPresent()) {
      runs(connection, job, event.run().get().id());
    }
    if (events.getAndIncrement() % SWEEP_EVERY == 0) {
      sweep(connection);
    }
  }

  private void runs(Connection connection, String job, String run) throws SQLException {
    events(connection, "run = ? ORDER BY time DESC, digest" + BEYOND, run, settings.events());
    List<String> old =
        Statements.list(
            connection,
            "SELECT run FROM sluice_lineage_runs WHERE job = ? ORDER BY begun DESC, run"
                + " LIMIT 1000000000 OFFSET ?",
            row -> row.getString(1),
            job,
            settings.runs());
    for (String each : old) {
      events(connection, "run = ?", each);
      Statements.run(connection, "DELETE FROM sluice_lineage_runs WHERE run = ?", each);
    }
  }

  /** Keeps so many of a dataset's results. */
  void results(Connection connection, String dataset, int most) throws SQLException {
    for (String table : List.of("sluice_lineage_checks", "sluice_lineage_metrics")) {
      Statements.run(
          connection,
          "DELETE FROM %s WHERE result IN (SELECT result FROM %s WHERE dataset = ? ORDER BY seen DESC, result"
                  .formatted(table, table)
              + BEYOND
              + ")",
          dataset,
          most);
    }
  }

  private void sweep(Connection connection) throws SQLException {
    long runs = before(settings.runAge());
    long edges = before(settings.edgeAge());
    events(connection, "received < ?", runs);
    delete(connection, "sluice_lineage_runs WHERE seen < ?", runs);
    delete(connection, "sluice_lineage_checks WHERE seen < ?", runs);
    delete(connection, "sluice_lineage_metrics WHERE seen < ?", runs);
    delete(connection, "sluice_lineage_io WHERE seen < ?", edges);
    delete(connection, "sluice_lineage_columns WHERE seen < ?", edges);
    delete(connection, "sluice_lineage_jobs WHERE seen < ?", Math.min(runs, edges));
    delete(connection, "sluice_lineage_datasets WHERE seen < ?", Math.min(runs, edges));
  }

  /** Of an event what it names and its body go together. */
  private static void events(Connection connection, String which, Object... values)
      throws SQLException {
    for (String table : List.of("sluice_lineage_named", "sluice_lineage_events")) {
      Statements.run(
          connection,
          "DELETE FROM %s WHERE digest IN (SELECT digest FROM sluice_lineage_events WHERE %s)"
              .formatted(table, which),
          values);
    }
  }

  private static void delete(Connection connection, String what, long before) throws SQLException {
    Statements.run(connection, "DELETE FROM " + what, before);
  }

  private long before(Duration age) {
    return clock.instant().minus(age).toEpochMilli();
  }
}
