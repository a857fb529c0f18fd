package dev.sluice.transform.source;

import static org.apache.spark.sql.functions.col;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.source.Server.Scale;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.storage.StorageLevel;

/**
 * One table of a source as one moment shows it, read once.
 *
 * <p>The rows are read to the executors' disks, in the parts that were asked for, while the session
 * that holds the snapshot is open; whoever asks for them later reads from there, and production is
 * not asked again. Their number is compared with what the server counts.
 */
final class Reading {
  private final SparkSession spark;
  private final Source source;
  private final TableCopy copy;
  private final Password password;
  private final Session session;
  private final Server.Moment moment;

  Reading(SparkSession spark, Source source, TableCopy copy, Password password, Session session)
      throws SQLException {
    this.spark = spark;
    this.source = source;
    this.copy = copy;
    this.password = password;
    this.session = session;
    this.moment = session.moment();
  }

  Server.Moment moment() {
    return moment;
  }

  /** The condition of all reads: the declared one, and what is asked for this time. */
  private String from(Optional<String> changed) {
    List<String> conditions = new ArrayList<>();
    copy.where().ifPresent(where -> conditions.add("(" + where + ")"));
    changed.ifPresent(where -> conditions.add("(" + where + ")"));
    return " FROM "
        + copy.from().sql(source.server()::quoted)
        + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions));
  }

  /** How many rows there are, and whether each condition is true of all of them. */
  record Count(long rows, List<Boolean> hold) {}

  Count count(Optional<String> changed, List<String> conditions) throws SQLException {
    String held =
        conditions.stream()
            .map(
                condition ->
                    ", min(CASE WHEN "
                        + condition
                        + " THEN 1 WHEN NOT ("
                        + condition
                        + ") THEN 0 END)")
            .collect(Collectors.joining());
    List<Optional<String>> row = session.row("SELECT count(*)" + held + from(changed));
    return new Count(
        Long.parseLong(row.get(0).orElseThrow()),
        row.subList(1, row.size()).stream().map(value -> !value.equals(Optional.of("0"))).toList());
  }

  /** All rows, with the columns as the lake calls them. */
  Dataset<Row> rows(
      List<CopiedColumn> columns,
      Optional<SourceColumn> split,
      Optional<String> changed,
      long expected)
      throws SQLException {
    List<String> parts = parts(split, changed);
    int tasks = Math.min(parts.size(), source.readers());
    Dataset<Row> read =
        spark
            .read()
            .jdbc(
                source.server().sparkUrl(source.url()),
                query(columns, split, changed),
                parts.toArray(String[]::new),
                options());
    if (tasks < parts.size()) {
      // One task reads several parts, one after the other: no more sessions than are allowed.
      read = read.coalesce(tasks);
    }
    if (copy.rowsPerSecond().isPresent()) {
      read = Pace.of(read, copy.rowsPerSecond().get(), tasks);
    }
    Column[] values = new Column[columns.size()];
    for (int i = 0; i < values.length; i++) {
      CopiedColumn column = columns.get(i);
      values[i] = column.value().apply(col("c" + i)).as(column.name(), comment(column));
    }
    Dataset<Row> rows = read.select(values).localCheckpoint(true, StorageLevel.DISK_ONLY());
    audit(rows.count(), expected, changed);
    return rows;
  }

  /** Where sessions share no snapshot the table may change meanwhile, and is counted again. */
  private void audit(long copied, long expected, Optional<String> changed) throws SQLException {
    long after = moment.snapshot().isPresent() ? expected : count(changed, List.of()).rows();
    if (copied < Math.min(expected, after) || copied > Math.max(expected, after)) {
      throw new JobFailure(
          "read %,d rows where the server counts %s; nothing is published"
              .formatted(
                  copied,
                  expected == after
                      ? "%,d".formatted(expected)
                      : "%,d before and %,d after".formatted(expected, after)));
    }
  }

  private static Metadata comment(CopiedColumn column) {
    String says = column.from().says();
    String text =
        says.isBlank() ? column.from().declared() : says + " (" + column.from().declared() + ")";
    return new MetadataBuilder().putString("comment", text).build();
  }

  private String query(
      List<CopiedColumn> columns, Optional<SourceColumn> split, Optional<String> changed) {
    List<String> read = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      read.add(columns.get(i).read() + " AS " + source.server().quoted("c" + i));
    }
    split.ifPresent(
        column ->
            read.add(
                source.server().quoted(column.name())
                    + " AS "
                    + source.server().quoted(Parts.KEY)));
    return "(SELECT " + String.join(", ", read) + from(changed) + ") t";
  }

  private Properties options() throws SQLException {
    Properties options = Session.properties(source, password);
    options.setProperty("connectionProvider", QuietConnections.NAME);
    options.setProperty("driver", source.server().driver());
    options.setProperty("fetchsize", String.valueOf(copy.fetchSize()));
    options.setProperty("sessionInitStatement", session.readerSession(moment));
    return options;
  }

  private List<String> parts(Optional<SourceColumn> split, Optional<String> changed)
      throws SQLException {
    if (split.isEmpty()) {
      return Parts.WHOLE;
    }
    Server server = source.server();
    int parts = copy.split().orElseThrow().parts();
    Scale scale = server.scale(split.get());
    if (scale == Scale.NONE) {
      return Parts.hashes(server, parts);
    }
    String key = server.quoted(split.get().name());
    List<Optional<String>> row = session.row("SELECT " + server.bounds(key, scale) + from(changed));
    return Parts.bounds(row.get(0), row.get(1))
        .map(bounds -> Parts.ranges(server, scale, bounds, parts))
        .orElse(Parts.WHOLE);
  }

  /** The condition of what changed since a value, for rows that say when they did. */
  String since(SourceColumn column, BigInteger value) {
    String name = source.server().quoted(column.name());
    return name
        + " >= "
        + source.server().literal(new BigDecimal(value), source.server().scale(column))
        + " OR "
        + name
        + " IS NULL";
  }
}
