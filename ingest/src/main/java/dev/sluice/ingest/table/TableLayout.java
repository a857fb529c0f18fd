package dev.sluice.ingest.table;

import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * What a table must look like: its name, its columns, how it is partitioned, what bounds its
 * metadata.
 */
public record TableLayout(TableIdentifier identifier, Schema schema, PartitionSpec spec) {

  public static final String EXTRA = "_extra";
  public static final String TIME = "_time";
  public static final String TIME_FLAGGED = "_time_flagged";
  public static final String RECEIVED_AT = "_received_at";
  public static final String SHARD = "_shard";
  public static final String OFFSET = "_offset";

  private static final String NAMESPACE = "raw";

  public TableLayout {
    Objects.requireNonNull(identifier, "identifier");
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(spec, "spec");
  }

  /**
   * The table of a stream. The stream's own columns are all optional, for a field may be required
   * today and not tomorrow; what is required is checked before a row is made.
   */
  public static TableLayout of(Stream stream) {
    List<Types.NestedField> columns = new ArrayList<>();
    int id = 0;
    for (Field field : stream.fields()) {
      columns.add(Types.NestedField.optional(++id, field.name(), type(field)));
    }
    int extra = ++id;
    int key = ++id;
    int value = ++id;
    Type texts =
        Types.MapType.ofOptional(key, value, Types.StringType.get(), Types.StringType.get());
    columns.add(Types.NestedField.optional(extra, EXTRA, texts));
    columns.add(Types.NestedField.required(++id, TIME, Types.TimestampType.withZone()));
    columns.add(Types.NestedField.required(++id, TIME_FLAGGED, Types.BooleanType.get()));
    columns.add(Types.NestedField.required(++id, RECEIVED_AT, Types.TimestampType.withZone()));
    columns.add(Types.NestedField.required(++id, SHARD, Types.IntegerType.get()));
    columns.add(Types.NestedField.required(++id, OFFSET, Types.LongType.get()));
    Schema schema = new Schema(columns);
    return new TableLayout(
        identifier(stream), schema, PartitionSpec.builderFor(schema).day(TIME).build());
  }

  /** The name of a stream's table. */
  public static TableIdentifier identifier(Stream stream) {
    return TableIdentifier.of(NAMESPACE, stream.tableName());
  }

  private static Type type(Field field) {
    return switch (field.type()) {
      case STRING -> Types.StringType.get();
      case LONG -> Types.LongType.get();
      case DOUBLE -> Types.DoubleType.get();
      case BOOLEAN -> Types.BooleanType.get();
      case TIMESTAMP -> Types.TimestampType.withZone();
      case UUID -> Types.UUIDType.get();
    };
  }

  /**
   * Properties of a new table: what keeps the cost of a commit from growing with the table's age.
   */
  public Map<String, String> properties() {
    return Map.of(
        TableProperties.FORMAT_VERSION, "2",
        TableProperties.DEFAULT_FILE_FORMAT, "parquet",
        TableProperties.PARQUET_COMPRESSION, "zstd",
        TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true",
        TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "20",
        TableProperties.MANIFEST_MERGE_ENABLED, "true",
        TableProperties.MANIFEST_MIN_MERGE_COUNT, "20");
  }

  /** Adds columns the table does not have yet; refuses a column that is there with another type. */
  void widen(Table table) {
    List<Types.NestedField> missing = new ArrayList<>();
    for (Types.NestedField column : schema.columns()) {
      Types.NestedField there = table.schema().findField(column.name());
      if (there == null) {
        missing.add(column);
      } else if (column.type().isPrimitiveType() && !there.type().equals(column.type())) {
        throw new TableMismatchException(
            "column "
                + column.name()
                + " of "
                + identifier
                + " is "
                + there.type()
                + ", the stream says "
                + column.type()
                + ": name the field anew");
      }
    }
    if (!missing.isEmpty()) {
      UpdateSchema update = table.updateSchema();
      missing.forEach(column -> update.addColumn(column.name(), column.type()));
      update.commit();
    }
  }
}
