package dev.sluice.lake.lineage;

import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.Statements;
import dev.sluice.lake.lineage.event.Dataset;
import dev.sluice.lake.lineage.event.LineageEvent;
import dev.sluice.lake.lineage.event.LineageEvent.Check;
import dev.sluice.lake.lineage.event.LineageEvent.Job;
import dev.sluice.lake.lineage.event.LineageEvent.Mention;
import dev.sluice.lake.lineage.event.LineageEvent.Origin;
import dev.sluice.lake.lineage.event.LineageEvent.Run;
import dev.sluice.lake.lineage.event.LineageEvent.Way;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;

/**
 * Takes events in, each whole in one transaction. Events come twice, late and in any order; what
 * they leave behind is the same in the end: the later of two statements stands, and a run's end
 * stands over all else that is told of it.
 */
final class Intake {
  private static final String JOB =
      newest("sluice_lineage_jobs", "job", "description", "sql_text", "source", "kind", "owners")
          .formatted("job, namespace, name, ", "?, ?, ?, ");

  private static final String DATASET =
      newest(
              "sluice_lineage_datasets",
              "dataset",
              "description",
              "source",
              "owners",
              "fields",
              "lifecycle")
          .formatted("dataset, ", "?, ");

  private static final String RUN =
      """
      INSERT INTO sluice_lineage_runs AS old
        (run, job, state, state_rank, state_time, begun, ended, parent, message, seen)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (run) DO UPDATE SET
        state = CASE WHEN stands THEN excluded.state ELSE old.state END,
        state_rank = CASE WHEN stands THEN excluded.state_rank ELSE old.state_rank END,
        state_time = CASE WHEN stands THEN excluded.state_time ELSE old.state_time END,
        begun = CASE WHEN excluded.begun < old.begun THEN excluded.begun ELSE old.begun END,
        ended = CASE WHEN stands THEN excluded.ended ELSE old.ended END,
        parent = CASE WHEN excluded.parent <> '' THEN excluded.parent ELSE old.parent END,
        message = CASE WHEN excluded.message <> '' THEN excluded.message ELSE old.message END,
        seen = CASE WHEN excluded.seen > old.seen THEN excluded.seen ELSE old.seen END
      """
          .replace(
              "stands",
              "(excluded.state_rank > old.state_rank OR (excluded.state_rank = old.state_rank"
                  + " AND excluded.state_time >= old.state_time))");

  static final String USE =
      """
      INSERT INTO sluice_lineage_io AS old
        (edge, job, dataset, way, run, row_count, byte_count, seen)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (edge) DO UPDATE SET
        run = CASE WHEN excluded.seen >= old.seen THEN excluded.run ELSE old.run END,
        row_count = CASE WHEN excluded.row_count >= 0 AND excluded.seen >= old.seen
          THEN excluded.row_count ELSE old.row_count END,
        byte_count = CASE WHEN excluded.byte_count >= 0 AND excluded.seen >= old.seen
          THEN excluded.byte_count ELSE old.byte_count END,
        seen = CASE WHEN excluded.seen > old.seen THEN excluded.seen ELSE old.seen END
      """;

  static final String COLUMN =
      """
      INSERT INTO sluice_lineage_columns AS old
        (edge, job, target, target_column, source, source_column, transformations, seen)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (edge) DO UPDATE SET
        transformations = CASE WHEN excluded.seen >= old.seen
          THEN excluded.transformations ELSE old.transformations END,
        seen = CASE WHEN excluded.seen > old.seen THEN excluded.seen ELSE old.seen END
      """;

  private static final String CHECK =
      """
      INSERT INTO sluice_lineage_checks AS old
        (result, dataset, assertion, column_name, passed, severity, detail, job, run, seen)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (result) DO UPDATE SET passed = excluded.passed, severity = excluded.severity,
        detail = excluded.detail, seen = excluded.seen
      WHERE excluded.seen >= old.seen
      """;

  private static final String METRICS =
      """
      INSERT INTO sluice_lineage_metrics AS old (result, dataset, body, job, run, seen)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (result) DO UPDATE SET body = excluded.body, seen = excluded.seen
      WHERE excluded.seen >= old.seen
      """;

  private final Database database;
  private final LineageSettings settings;
  private final InstantSource clock;
  private final Retention retention;

  Intake(Database database, LineageSettings settings, InstantSource clock) {
    this.database = database;
    this.settings = settings;
    this.clock = clock;
    this.retention = new Retention(settings, clock);
  }

  /** Of texts that may be empty, the later one that says something. */
  private static String newest(String table, String key, String... columns) {
    StringBuilder sets = new StringBuilder();
    for (String column : columns) {
      sets.append(
          ("%s = CASE WHEN excluded.%s <> '' AND (excluded.seen >= old.seen OR old.%s = '')"
                  + " THEN excluded.%s ELSE old.%s END, ")
              .formatted(column, column, column, column, column));
    }
    return "INSERT INTO "
        + table
        + " AS old (%s"
        + String.join(", ", columns)
        + ", seen) VALUES (%s"
        + "?, ".repeat(columns.length)
        + "?) ON CONFLICT ("
        + key
        + ") DO UPDATE SET "
        + sets
        + "seen = CASE WHEN excluded.seen > old.seen THEN excluded.seen ELSE old.seen END";
  }

  /** Takes an event; says whether it is new. */
  boolean take(LineageEvent event, String reporter) {
    long now = clock.millis();
    // A clock that runs ahead must not outlast what is told later.
    long seen = Math.min(event.time().toEpochMilli(), now);
    String job = event.job().map(each -> jobKey(each.namespace(), each.name())).orElse("");
    String run = event.run().map(Run::id).orElse("");
    return database.write(
        connection -> {
          boolean fresh =
              Statements.run(
                      connection,
                      "INSERT INTO sluice_lineage_events (digest, job, run, time, type, received,"
                          + " reporter, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                          + " ON CONFLICT (digest) DO NOTHING",
                      event.digest(),
                      job,
                      run,
                      event.time().toEpochMilli(),
                      event.run().map(each -> each.state().name()).orElse(""),
                      now,
                      reporter,
                      event.body())
                  > 0;
          if (fresh) {
            Named.write(connection, event);
            Place place = new Place(job, run.isEmpty() ? event.digest() : run, run, seen);
            if (event.job().isPresent()) {
              job(connection, event.job().get(), place);
            }
            if (event.run().isPresent()) {
              run(connection, event.run().get(), place);
            }
            for (Mention mention : event.datasets()) {
              mention(connection, mention, place);
            }
            retention.keep(connection, event, job);
          }
          return fresh;
        });
  }

  /**
   * Where a statement was made.
   *
   * @param occasion the run, or the event where there is none
   */
  private record Place(String job, String occasion, String run, long seen) {}

  static String jobKey(String namespace, String name) {
    return LineageTables.key(namespace, name);
  }

  private static void job(Connection connection, Job job, Place place) throws SQLException {
    Statements.run(
        connection,
        JOB,
        place.job,
        job.namespace(),
        job.name(),
        job.description(),
        job.sql(),
        job.source(),
        job.kind(),
        job.owners(),
        place.seen);
  }

  private static void run(Connection connection, Run run, Place place) throws SQLException {
    Statements.run(
        connection,
        RUN,
        run.id(),
        place.job,
        run.state().name(),
        run.state().rank(),
        place.seen,
        place.seen,
        run.state().last() ? place.seen : 0L,
        run.parent(),
        run.message(),
        place.seen);
  }

  private void mention(Connection connection, Mention mention, Place place) throws SQLException {
    String dataset = mention.dataset().stored();
    if (mention.previously().isPresent() && mention.lifecycle().equals("RENAME")) {
      renameOther(connection, mention.previously().get(), mention.dataset());
    }
    Statements.run(
        connection,
        DATASET,
        dataset,
        mention.description(),
        mention.source(),
        mention.owners(),
        mention.fields(),
        mention.lifecycle(),
        place.seen);
    if (mention.way() != Way.SAID) {
      Statements.run(
          connection,
          USE,
          LineageTables.key(place.job, dataset, mention.way().name()),
          place.job,
          dataset,
          mention.way().name(),
          place.run,
          mention.rows(),
          mention.bytes(),
          place.seen);
    }
    if (!mention.columns().isEmpty()) {
      columns(connection, dataset, mention.columns(), place);
    }
    quality(connection, dataset, mention, place);
  }

  /** Of our own tables the catalog itself says what they are called. */
  private static void renameOther(Connection connection, Dataset from, Dataset to)
      throws SQLException {
    if (!from.isTable() && !to.isTable()) {
      Renaming.apply(connection, from, to);
    }
  }

  /**
   * The latest that a job told of a dataset's columns is all there is: the job may have changed.
   */
  private static void columns(
      Connection connection, String target, List<Origin> origins, Place place) throws SQLException {
    List<Long> told =
        Statements.list(
            connection,
            "SELECT MAX(seen) FROM sluice_lineage_columns WHERE target = ? AND job = ?",
            row -> row.getLong(1),
            target,
            place.job);
    if (told.get(0) > place.seen) {
      return;
    }
    Statements.run(
        connection,
        "DELETE FROM sluice_lineage_columns WHERE target = ? AND job = ? AND seen < ?",
        target,
        place.job,
        place.seen);
    for (Origin origin : origins) {
      String source = origin.source().stored();
      Statements.run(
          connection,
          COLUMN,
          LineageTables.key(place.job, target, origin.column(), source, origin.sourceColumn()),
          place.job,
          target,
          origin.column(),
          source,
          origin.sourceColumn(),
          origin.transformations(),
          place.seen);
    }
  }

  private void quality(Connection connection, String dataset, Mention mention, Place place)
      throws SQLException {
    for (Check check : mention.checks()) {
      Statements.run(
          connection,
          CHECK,
          LineageTables.key(dataset, place.occasion, check.assertion(), check.column()),
          dataset,
          check.assertion(),
          check.column(),
          check.passed() ? 1 : 0,
          check.severity(),
          check.detail(),
          place.job,
          place.run,
          place.seen);
    }
    if (!mention.metrics().isEmpty()) {
      Statements.run(
          connection,
          METRICS,
          LineageTables.key(dataset, place.occasion),
          dataset,
          mention.metrics(),
          place.job,
          place.run,
          place.seen);
    }
    if (!mention.checks().isEmpty() || !mention.metrics().isEmpty()) {
      retention.results(connection, dataset, settings.results());
    }
  }
}
