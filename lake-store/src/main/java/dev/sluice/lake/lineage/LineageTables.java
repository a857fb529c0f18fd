package dev.sluice.lake.lineage;

import dev.sluice.awswire.Digests;
import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.Dialect;
import dev.sluice.lake.database.Layout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rows that lineage is kept in. Keys of several long names are digests of them: an index takes
 * only so many bytes.
 */
final class LineageTables {
  private static final int FORMAT = 1;
  private static final int NAMED_FORMAT = 1;
  private static final int DIGEST_BYTES = 16;

  private LineageTables() {}

  static void prepare(Database database) {
    new Layout("lineage", FORMAT, statements(database.dialect())).prepare(database);
    new Layout("lineage-named", NAMED_FORMAT, named(database.dialect().nameType()))
        .prepare(database);
  }

  private static List<String> statements(Dialect dialect) {
    String name = dialect.nameType();
    return Stream.of(heard(name), told(name)).flatMap(List::stream).toList();
  }

  /** Of jobs, their runs, and what was heard of them. */
  private static List<String> heard(String name) {
    return List.of(
        """
        CREATE TABLE sluice_lineage_jobs (job TEXT PRIMARY KEY, namespace %s NOT NULL,
          name %s NOT NULL, description TEXT NOT NULL, sql_text TEXT NOT NULL, source TEXT NOT NULL,
          kind TEXT NOT NULL, owners TEXT NOT NULL, seen BIGINT NOT NULL)
        """
            .formatted(name, name),
        "CREATE INDEX sluice_lineage_jobs_seen ON sluice_lineage_jobs (seen)",
        """
        CREATE TABLE sluice_lineage_runs (run TEXT PRIMARY KEY, job TEXT NOT NULL,
          state TEXT NOT NULL, state_rank INTEGER NOT NULL, state_time BIGINT NOT NULL,
          begun BIGINT NOT NULL, ended BIGINT NOT NULL, parent TEXT NOT NULL, message TEXT NOT NULL,
          seen BIGINT NOT NULL)
        """,
        "CREATE INDEX sluice_lineage_runs_job ON sluice_lineage_runs (job, begun)",
        "CREATE INDEX sluice_lineage_runs_seen ON sluice_lineage_runs (seen)",
        """
        CREATE TABLE sluice_lineage_events (digest TEXT PRIMARY KEY, job TEXT NOT NULL,
          run TEXT NOT NULL, time BIGINT NOT NULL, type TEXT NOT NULL, received BIGINT NOT NULL,
          reporter TEXT NOT NULL, body TEXT NOT NULL)
        """,
        "CREATE INDEX sluice_lineage_events_run ON sluice_lineage_events (run, time)",
        "CREATE INDEX sluice_lineage_events_received ON sluice_lineage_events (received)");
  }

  /** Of datasets: what they are made of, what was said of them, what checks found. */
  private static List<String> told(String name) {
    return List.of(
        """
        CREATE TABLE sluice_lineage_io (edge TEXT PRIMARY KEY, job TEXT NOT NULL,
          dataset %s NOT NULL, way TEXT NOT NULL, run TEXT NOT NULL, row_count BIGINT NOT NULL,
          byte_count BIGINT NOT NULL, seen BIGINT NOT NULL)
        """
            .formatted(name),
        "CREATE INDEX sluice_lineage_io_dataset ON sluice_lineage_io (dataset, way)",
        "CREATE INDEX sluice_lineage_io_job ON sluice_lineage_io (job, way)",
        """
        CREATE TABLE sluice_lineage_columns (edge TEXT PRIMARY KEY, job TEXT NOT NULL,
          target %s NOT NULL, target_column TEXT NOT NULL, source %s NOT NULL,
          source_column TEXT NOT NULL, transformations TEXT NOT NULL, seen BIGINT NOT NULL)
        """
            .formatted(name, name),
        "CREATE INDEX sluice_lineage_columns_target ON sluice_lineage_columns (target, job)",
        "CREATE INDEX sluice_lineage_columns_source ON sluice_lineage_columns (source, job)",
        """
        CREATE TABLE sluice_lineage_datasets (dataset %s PRIMARY KEY, description TEXT NOT NULL,
          source TEXT NOT NULL, owners TEXT NOT NULL, fields TEXT NOT NULL, lifecycle TEXT NOT NULL,
          seen BIGINT NOT NULL)
        """
            .formatted(name),
        """
        CREATE TABLE sluice_lineage_checks (result TEXT PRIMARY KEY, dataset %s NOT NULL,
          assertion TEXT NOT NULL, column_name TEXT NOT NULL, passed INTEGER NOT NULL,
          severity TEXT NOT NULL, detail TEXT NOT NULL, job TEXT NOT NULL, run TEXT NOT NULL,
          seen BIGINT NOT NULL)
        """
            .formatted(name),
        "CREATE INDEX sluice_lineage_checks_dataset ON sluice_lineage_checks (dataset, seen)",
        """
        CREATE TABLE sluice_lineage_metrics (result TEXT PRIMARY KEY, dataset %s NOT NULL,
          body TEXT NOT NULL, job TEXT NOT NULL, run TEXT NOT NULL, seen BIGINT NOT NULL)
        """
            .formatted(name),
        "CREATE INDEX sluice_lineage_metrics_dataset ON sluice_lineage_metrics (dataset, seen)");
  }

  /** What the body of an event names; it goes with the body. */
  private static List<String> named(String name) {
    return List.of(
        """
        CREATE TABLE sluice_lineage_named (digest TEXT NOT NULL, dataset %s NOT NULL,
          PRIMARY KEY (digest, dataset))
        """
            .formatted(name),
        "CREATE INDEX sluice_lineage_named_dataset ON sluice_lineage_named (dataset)");
  }

  /** One key of several parts; a part cannot run over into the next. */
  static String key(String... parts) {
    MessageDigest sha = Digests.sha256();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      sha.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
      sha.update(bytes);
    }
    return HexFormat.of().formatHex(sha.digest(), 0, DIGEST_BYTES);
  }
}
