package dev.sluice.transform.plan;

import static org.apache.iceberg.types.Types.NestedField.required;

import dev.sluice.transform.job.TableName;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * What the tables that runs read looked like then, day by day: the table {@code ops.run_inputs},
 * one row per table and snapshot. Ingest keeps the snapshots of minutes, runs are compared over
 * weeks.
 */
final class LakeInputs {
  static final TableName NAME = new TableName("ops", "run_inputs");

  private static final Types.StructType DAY =
      Types.StructType.of(
          required(7, "day", Types.DateType.get(), "a day that the table has rows of"),
          required(8, "fingerprint", Types.StringType.get(), "hash of what manifests say of it"));

  private static final Schema SCHEMA =
      new Schema(
          required(1, "table", Types.StringType.get(), "table that was read"),
          required(2, "uuid", Types.StringType.get(), "its identity"),
          required(3, "snapshot", Types.LongType.get(), "its snapshot then"),
          required(4, "committed", Types.TimestampType.withZone(), "when that was committed"),
          required(5, "days", Types.ListType.ofRequired(6, DAY), "its days"));

  private final LakeRecords records;

  LakeInputs(Catalog catalog) {
    this.records =
        new LakeRecords(
            catalog,
            NAME,
            SCHEMA,
            Map.of(
                "format-version",
                "2",
                "comment",
                "Tables as the nightly jobs read them: of each day a hash of what manifests say."));
  }

  /** The fingerprints of a version, if they were kept. */
  Map<LocalDate, String> of(TableName table, TableVersion version) {
    Map<LocalDate, String> days = new HashMap<>();
    records
        .read(
            Expressions.and(
                Expressions.equal("table", table.toString()),
                Expressions.equal("snapshot", version.snapshot())),
            row -> (List<?>) row.getField("days"))
        .forEach(
            list ->
                list.forEach(
                    element -> {
                      Record day = (Record) element;
                      days.put(
                          (LocalDate) day.getField("day"), day.getField("fingerprint").toString());
                    }));
    return days;
  }

  void add(TableName table, TableVersion version, SortedMap<LocalDate, String> fingerprints) {
    records.append(
        List.of(
            schema -> {
              Types.StructType type =
                  schema.findType("days").asListType().elementType().asStructType();
              List<Record> days = new ArrayList<>();
              fingerprints.forEach(
                  (day, fingerprint) -> {
                    Record one = GenericRecord.create(type);
                    one.setField("day", day);
                    one.setField("fingerprint", fingerprint);
                    days.add(one);
                  });
              Record row = GenericRecord.create(schema);
              row.setField("table", table.toString());
              row.setField("uuid", version.uuid());
              row.setField("snapshot", version.snapshot());
              row.setField("committed", version.committed().atOffset(ZoneOffset.UTC));
              row.setField("days", days);
              return row;
            }));
  }
}
