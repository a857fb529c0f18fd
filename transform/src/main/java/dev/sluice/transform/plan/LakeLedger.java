package dev.sluice.transform.plan;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;

import dev.sluice.transform.job.TableName;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/** The ledger as the table {@code ops.runs}: one row per run, table and day. */
public final class LakeLedger {
  public static final TableName NAME = new TableName("ops", "runs");

  private static final Types.StructType INPUT =
      Types.StructType.of(
          required(14, "table", Types.StringType.get(), "table that was read"),
          required(15, "uuid", Types.StringType.get(), "its identity"),
          required(16, "snapshot", Types.LongType.get(), "its snapshot then; -1: it had none"),
          required(17, "committed", Types.TimestampType.withZone(), "when that was committed"),
          optional(18, "decided", Types.StringType.get(), "how it was found to have changed"));

  private static final Schema SCHEMA =
      new Schema(
          required(1, "run", Types.StringType.get(), "the run, as in sluice.run of the commits"),
          required(2, "table", Types.StringType.get(), "table that was made"),
          required(3, "day", Types.DateType.get(), "UTC day that was made"),
          required(4, "status", Types.StringType.get(), "ok, failed or held"),
          optional(5, "inputs", Types.ListType.ofRequired(13, INPUT), "what it was made from"),
          optional(6, "code", Types.StringType.get(), "hash of the job"),
          optional(7, "rows", Types.LongType.get(), "how many rows were made"),
          optional(8, "checks", Types.StringType.get(), "results of its checks, as JSON"),
          required(9, "started", Types.TimestampType.withZone(), "when it began"),
          required(10, "ended", Types.TimestampType.withZone(), "when it was over"),
          optional(11, "seconds", Types.DoubleType.get(), "how long it took"),
          optional(12, "why", Types.StringType.get(), "the reasons; or what went wrong"));

  private final LakeRecords records;

  public LakeLedger(Catalog catalog) {
    this.records =
        new LakeRecords(
            catalog,
            NAME,
            SCHEMA,
            Map.of(
                "format-version",
                "2",
                "comment",
                "Runs of the nightly jobs: one row per run, table and day."));
  }

  /** All of it. */
  public Ledger read() {
    return new Ledger(records.read(Expressions.alwaysTrue(), LakeLedger::attempt));
  }

  /** As much of it as days from {@code first} on need, and all of some tables. */
  public Ledger from(LocalDate first, Set<TableName> whole) {
    Expression wanted = Expressions.greaterThanOrEqual("day", first.toString());
    for (TableName table : whole) {
      wanted = Expressions.or(wanted, Expressions.equal("table", table.toString()));
    }
    return new Ledger(records.read(wanted, LakeLedger::attempt));
  }

  /** What one run did. */
  public List<Attempt> of(String run) {
    return new Ledger(records.read(Expressions.equal("run", run), LakeLedger::attempt)).attempts();
  }

  /** Adds rows, in one commit. */
  public void add(Collection<Attempt> attempts) {
    List<Function<Schema, Record>> rows = new ArrayList<>();
    attempts.forEach(attempt -> rows.add(schema -> row(schema, attempt)));
    records.append(rows);
  }

  /** Makes the table if it is not there, with a snapshot that others can set a tag on. */
  public void make() {
    Table table = records.made();
    if (table.currentSnapshot() == null) {
      table.newFastAppend().commit();
    }
  }

  private static Record row(Schema schema, Attempt attempt) {
    Record row = GenericRecord.create(schema);
    row.setField("run", attempt.run());
    row.setField("table", attempt.table().toString());
    row.setField("day", attempt.day());
    row.setField("status", attempt.status().name().toLowerCase(Locale.ROOT));
    row.setField("code", attempt.code());
    row.setField("rows", attempt.rows());
    row.setField("checks", attempt.checks());
    row.setField("started", attempt.started().atOffset(ZoneOffset.UTC));
    row.setField("ended", attempt.ended().atOffset(ZoneOffset.UTC));
    row.setField("seconds", attempt.seconds());
    row.setField("why", attempt.why());
    Types.StructType type = schema.findType("inputs").asListType().elementType().asStructType();
    List<Record> inputs = new ArrayList<>();
    for (Attempt.Input input : attempt.inputs()) {
      Record one = GenericRecord.create(type);
      one.setField("table", input.table().toString());
      one.setField("uuid", input.version().uuid());
      one.setField("snapshot", input.version().snapshot());
      one.setField("committed", input.version().committed().atOffset(ZoneOffset.UTC));
      one.setField("decided", input.decided());
      inputs.add(one);
    }
    row.setField("inputs", inputs);
    return row;
  }

  private static Attempt attempt(Record row) {
    List<Attempt.Input> inputs = new ArrayList<>();
    for (Object element : list(row.getField("inputs"))) {
      Record one = (Record) element;
      inputs.add(
          new Attempt.Input(
              TableName.parse(text(one, "table")),
              new TableVersion(
                  text(one, "uuid"), (Long) one.getField("snapshot"), instant(one, "committed")),
              text(one, "decided")));
    }
    Object rows = row.getField("rows");
    return new Attempt(
        text(row, "run"),
        TableName.parse(text(row, "table")),
        (LocalDate) row.getField("day"),
        Attempt.Status.valueOf(text(row, "status").toUpperCase(Locale.ROOT)),
        inputs,
        text(row, "code"),
        rows == null ? 0 : (Long) rows,
        text(row, "checks"),
        instant(row, "started"),
        instant(row, "ended"),
        text(row, "why"));
  }

  private static List<?> list(Object value) {
    return value == null ? List.of() : (List<?>) value;
  }

  private static String text(Record row, String field) {
    Object value = row.getField(field);
    return value == null ? "" : value.toString();
  }

  private static Instant instant(Record row, String field) {
    return ((OffsetDateTime) row.getField(field)).toInstant();
  }
}
