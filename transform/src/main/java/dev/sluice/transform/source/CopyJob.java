package dev.sluice.transform.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableShape;
import dev.sluice.transform.job.Tables;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Copies one table of a source.
 *
 * <p>What a database was on a day that is past cannot be read any more: whatever the day, the rows
 * are those of now. So there is nothing that makes a copy stale, and it reads no table but its own.
 */
final class CopyJob implements Job {
  private final Source source;
  private final TableCopy copy;
  private final Map<String, String> environment;
  private final Semaphore turn;

  /**
   * @param turn of all copies of the source: they take turns, so that together they open no more
   *     sessions than it allows
   */
  CopyJob(Source source, TableCopy copy, Map<String, String> environment, Semaphore turn) {
    this.source = source;
    this.copy = copy;
    this.environment = environment;
    this.turn = turn;
  }

  @Override
  public List<Read> reads() {
    return List.of();
  }

  @Override
  public TableShape writes() {
    List<String> keys = keys();
    Materialization how =
        copy.mode() instanceof Mode.Full
            ? new Materialization.Whole()
            : new Materialization.Merge(keys);
    return TableShape.open(
        copy.to(),
        "Copy of "
            + copy.from()
            + " of "
            + source.name()
            + ", a "
            + source.server().kind()
            + " database.",
        how);
  }

  @Override
  public List<Check> checks() {
    List<String> keys = keys();
    if (keys.isEmpty()) {
      return List.of();
    }
    List<Check> checks = new ArrayList<>();
    keys.forEach(key -> checks.add(Check.notNull(key)));
    checks.add(Check.unique(keys.toArray(String[]::new)));
    return List.copyOf(checks);
  }

  /** What was declared, in an order that no two runs can disagree on. */
  @Override
  public String text() {
    return String.join(
        "\n",
        source.place(),
        copy.from().toString(),
        copy.mode().toString(),
        copy.columns().toString(),
        copy.except().toString(),
        copy.where().toString(),
        new TreeMap<>(copy.types()).toString());
  }

  /** What tells one row of the copy from another. */
  private List<String> keys() {
    List<String> keys =
        new ArrayList<>(copy.mode().keys().stream().map(CopiedColumn::lakeName).toList());
    if (copy.mode() instanceof Mode.Snapshot) {
      keys.add(History.FROM);
    }
    return List.copyOf(keys);
  }

  @Override
  public Dataset<Row> run(LocalDate day, Tables tables) {
    SparkSession spark = SparkSession.active();
    if (!spark.conf().get("spark.sql.session.timeZone").equals("UTC")) {
      throw new JobFailure("times are copied in UTC; set spark.sql.session.timeZone to UTC");
    }
    Password password = Password.of(source, environment);
    Optional<Dataset<Row>> had =
        tables.has(copy.to()) ? Optional.of(tables.read(copy.to())) : Optional.empty();
    try {
      turn.acquire();
      try (Session session = Session.open(source, password)) {
        return copied(new Reading(spark, source, copy, password, session), session, had);
      } finally {
        turn.release();
      }
    } catch (Exception failed) {
      // Spark's own come undeclared.
      throw new Refusal(source, copy, password).of(failed);
    }
  }

  private Dataset<Row> copied(Reading reading, Session session, Optional<Dataset<Row>> had)
      throws SQLException {
    Columns all = Columns.of(source, copy, session.columns(copy.from()));
    StructType known = had.map(Dataset::schema).orElseGet(StructType::new);
    Optional<String> changed =
        had.flatMap(table -> new Watermark(reading, all, copy.mode()).since(table));
    List<CopiedColumn> asked = all.copied(known);
    Watermark.refuseOthers(copy.mode(), asked);
    List<CopiedColumn> bounded = asked.stream().filter(c -> c.fits().isPresent()).toList();
    Reading.Count count =
        reading.count(changed, bounded.stream().map(c -> c.fits().orElseThrow()).toList());
    List<CopiedColumn> unfit = new ArrayList<>();
    for (int i = 0; i < bounded.size(); i++) {
      if (!count.hold().get(i)) {
        unfit.add(bounded.get(i));
      }
    }
    List<CopiedColumn> columns = all.settled(asked, unfit, known);
    Map<String, DataType> now = new LinkedHashMap<>();
    columns.forEach(column -> now.put(column.name(), column.type()));
    Map<String, DataType> types = LakeColumns.decide(copy.to(), known, now, reserved());
    Dataset<Row> rows =
        reading.rows(
            columns, copy.split().map(split -> all.named(split.column())), changed, count.rows());
    return copy.mode() instanceof Mode.Snapshot snapshot
        ? history(snapshot, rows, types, had, reading.moment().micros())
        : rows.select(aligned(columns, types));
  }

  private List<String> reserved() {
    return copy.mode() instanceof Mode.Snapshot ? History.COLUMNS : List.of();
  }

  private static Column[] aligned(List<CopiedColumn> columns, Map<String, DataType> types) {
    List<String> read = columns.stream().map(CopiedColumn::name).toList();
    return types.entrySet().stream()
        .map(
            column -> {
              Column value = read.contains(column.getKey()) ? col(column.getKey()) : lit(null);
              return value.cast(column.getValue()).as(column.getKey());
            })
        .toArray(Column[]::new);
  }

  private Dataset<Row> history(
      Mode.Snapshot mode,
      Dataset<Row> rows,
      Map<String, DataType> types,
      Optional<Dataset<Row>> had,
      long micros) {
    List<String> keys = mode.keys().stream().map(CopiedColumn::lakeName).toList();
    Column[] key = keys.stream().map(name -> col(name)).toArray(Column[]::new);
    if (!rows.groupBy(key).agg(count(lit(1)).as("n")).where(col("n").gt(1)).isEmpty()) {
      throw new JobFailure(
          "several rows have the same "
              + String.join(", ", mode.keys())
              + "; 'keys' must tell each row from all others");
    }
    History history = new History(keys, types, List.of(rows.columns()));
    return had.map(table -> history.changed(rows, table, micros))
        .orElseGet(() -> history.begun(rows, micros));
  }
}
