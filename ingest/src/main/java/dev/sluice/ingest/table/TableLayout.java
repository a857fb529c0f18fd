package dev.sluice.ingest.table;

import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.PartitionField;
import dev.sluice.ingest.stream.Partitioning;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.StreamText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * What a table must look like: its name, its columns, how it is partitioned, what bounds its
 * metadata.
 *
 * @param description properties that say what the table is of, kept up to date
 */
public record TableLayout(
    TableIdentifier identifier,
    Schema schema,
    PartitionSpec spec,
    Partitions partitions,
    Map<String, String> description) {

  /** What becomes of a table that is there and partitioned otherwise. */
  public enum Partitions {
    /** It stays so. */
    AS_FOUND,
    /** New files are partitioned as the layout says. */
    AS_DECLARED
  }

  public static final String EXTRA = "_extra";
  public static final String TIME = PartitionField.FILED_TIME;
  public static final String TIME_FLAGGED = "_time_flagged";
  public static final String RECEIVED_AT = "_received_at";
  public static final String SHARD = "_shard";
  public static final String OFFSET = "_offset";

  /** Whose events the table has. */
  public static final String STREAM = "sluice.stream";

  /** In which version the stream was declared when a worker last opened the table. */
  public static final String STREAM_VERSION = "sluice.stream.version";

  /** The stream as settings would declare it, in JSON. */
  public static final String STREAM_DEFINITION = "sluice.stream.definition";

  /** The columns that are no field of the stream. */
  static final Set<String> OWN = Set.of(EXTRA, TIME, TIME_FLAGGED, RECEIVED_AT, SHARD, OFFSET);

  private static final String NAMESPACE = "raw";

  public TableLayout {
    Objects.requireNonNull(identifier, "identifier");
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(spec, "spec");
    Objects.requireNonNull(partitions, "partitions");
    description = Map.copyOf(description);
  }

  /** The layout of a new table; one that is there keeps its partitions. */
  public TableLayout(TableIdentifier identifier, Schema schema, PartitionSpec spec) {
    this(identifier, schema, spec, Partitions.AS_FOUND, Map.of());
  }

  /**
   * The table of a stream. The stream's own columns are all optional, for a field may be required
   * today and not tomorrow; what is required is checked before a row is made.
   */
  public static TableLayout of(Stream stream) {
    return of(stream, identifier(stream));
  }

  /** The same, of any of the stream's tables: they have the same columns. */
  public static TableLayout of(Stream stream, TableIdentifier identifier) {
    List<Types.NestedField> columns = new ArrayList<>();
    int id = 0;
    for (Field field : stream.fields()) {
      columns.add(Types.NestedField.optional(++id, field.name(), type(field.type())));
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
        identifier,
        schema,
        spec(stream, schema),
        stream.partitioning().said() ? Partitions.AS_DECLARED : Partitions.AS_FOUND,
        description(stream));
  }

  /** What a catalog can tell of the stream whose events a table has. */
  private static Map<String, String> description(Stream stream) {
    return Map.of(
        STREAM, stream.name(),
        STREAM_VERSION, Integer.toString(stream.version()),
        STREAM_DEFINITION, StreamText.of(stream).toString());
  }

  /** Each value has the name that Iceberg gives it when a spec evolves, so it has but one. */
  private static PartitionSpec spec(Stream stream, Schema schema) {
    PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
    if (!stream.partitioning().said()) {
      return spec.day(TIME).build();
    }
    for (PartitionField field : stream.partitioning().fields()) {
      String column = Partitioning.column(field, stream.timeField());
      String name = field.nameFor(column);
      switch (field.transform()) {
        case IDENTITY -> spec.identity(column, name);
        case BUCKET -> spec.bucket(column, field.width(), name);
        case TRUNCATE -> spec.truncate(column, field.width(), name);
        case YEAR -> spec.year(column, name);
        case MONTH -> spec.month(column, name);
        case DAY -> spec.day(column, name);
        case HOUR -> spec.hour(column, name);
      }
    }
    return spec.build();
  }

  /** The names of all tables a stream's events go to. */
  public static List<TableIdentifier> identifiers(Stream stream) {
    return stream.tableNames().stream().map(name -> TableIdentifier.of(NAMESPACE, name)).toList();
  }

  /** The name of a stream's own table, which has no events where the stream has a route. */
  public static TableIdentifier identifier(Stream stream) {
    return TableIdentifier.of(NAMESPACE, stream.tableName());
  }

  static Type type(FieldType type) {
    return switch (type) {
      case STRING -> Types.StringType.get();
      case INT -> Types.IntegerType.get();
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
    Map<String, String> properties = new HashMap<>(description);
    properties.putAll(
        Map.of(
            TableProperties.FORMAT_VERSION, "2",
            TableProperties.DEFAULT_FILE_FORMAT, "parquet",
            TableProperties.PARQUET_COMPRESSION, "zstd",
            TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true",
            TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "20",
            TableProperties.MANIFEST_MERGE_ENABLED, "true",
            TableProperties.MANIFEST_MIN_MERGE_COUNT, "20"));
    return properties;
  }
}
