package dev.sluice.lake.query;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.DataTask;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataTableType;
import org.apache.iceberg.MetadataTableUtils;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** What is told of tables and of the store, as tables: by Iceberg's own names. */
final class SystemTables {
  private static final Schema OBJECTS =
      new Schema(
          NestedField.required(1, "bucket", Types.StringType.get()),
          NestedField.required(2, "key", Types.StringType.get()),
          NestedField.required(3, "version", Types.StringType.get()),
          NestedField.required(4, "is_latest", Types.BooleanType.get()),
          NestedField.required(5, "is_delete_marker", Types.BooleanType.get()),
          NestedField.required(6, "size", Types.LongType.get()),
          NestedField.optional(7, "etag", Types.StringType.get()),
          NestedField.required(8, "last_modified", Types.TimestampType.withZone()),
          NestedField.required(9, "storage_class", Types.StringType.get()));

  private SystemTables() {}

  /** The kind that a name means. */
  static Optional<MetadataTableType> kind(String name) {
    return Optional.ofNullable(MetadataTableType.from(name.toUpperCase(Locale.ROOT)));
  }

  static List<String> names() {
    return Arrays.stream(MetadataTableType.values())
        .map(type -> type.name().toLowerCase(Locale.ROOT))
        .sorted()
        .toList();
  }

  static Relation.Listed of(
      Place place, Table table, MetadataTableType kind, String shown, Moment moment)
      throws RefusedQueryException {
    if (kind == MetadataTableType.POSITION_DELETES) {
      throw new RefusedQueryException(
          QueryOutcome.Reason.UNSUPPORTED, shown + ".position_deletes is not listed by SQL here");
    }
    TableScan past = moment.scan(table, shown);
    TableScan scan = MetadataTableUtils.createMetadataTableInstance(table, kind).newScan();
    TableScan meant =
        moment instanceof Moment.Present || past.snapshot() == null
            ? scan
            : scan.useSnapshot(past.snapshot().snapshotId());
    return new Relation.Listed(place, meant.schema(), () -> rows(meant));
  }

  static Relation.Listed objects(Place place, ObjectInventory inventory) {
    return new Relation.Listed(
        place, OBJECTS, () -> CloseableIterable.transform(inventory.open(), SystemTables::row));
  }

  private static StructLike row(ObjectInventory.Item item) {
    GenericRecord row = GenericRecord.create(OBJECTS);
    row.set(0, item.bucket());
    row.set(1, item.key());
    row.set(2, item.version());
    row.set(3, item.latest());
    row.set(4, item.deleteMarker());
    row.set(5, item.size());
    row.set(6, item.etag().orElse(null));
    row.set(7, item.lastModified().atOffset(java.time.ZoneOffset.UTC));
    row.set(8, item.storageClass());
    return row;
  }

  private static CloseableIterable<StructLike> rows(TableScan scan) {
    CloseableIterable<FileScanTask> tasks = scan.planFiles();
    return CloseableIterable.concat(
        CloseableIterable.transform(tasks, task -> ((DataTask) task).rows()));
  }
}
