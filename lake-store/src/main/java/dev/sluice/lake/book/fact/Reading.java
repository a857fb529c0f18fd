package dev.sluice.lake.book.fact;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.ViewMetadata;

/** Reads facts out of metadata. */
public final class Reading {
  /** Where a sink keeps its offsets: they move with each commit and say nothing to people. */
  private static final String OFFSETS = "sluice.log.";

  private static final int LONGEST_VALUE = 2000;
  private static final Map<String, String> TOTALS =
      Map.of(
          Facts.ROWS, SnapshotSummary.TOTAL_RECORDS_PROP,
          Facts.BYTES, SnapshotSummary.TOTAL_FILE_SIZE_PROP,
          Facts.FILES, SnapshotSummary.TOTAL_DATA_FILES_PROP);

  private Reading() {}

  public static Facts of(TableMetadata metadata) {
    Optional<Snapshot> present = Optional.ofNullable(metadata.currentSnapshot());
    return new Facts(
        "table",
        String.valueOf(metadata.uuid()),
        metadata.location(),
        metadata.formatVersion(),
        metadata.property(
            TableProperties.DEFAULT_FILE_FORMAT, TableProperties.DEFAULT_FILE_FORMAT_DEFAULT),
        metadata.currentSchemaId(),
        columns(metadata.schema()),
        metadata.schema().identifierFieldNames().stream().sorted().toList(),
        partitioning(metadata.spec()),
        sortOrder(metadata.sortOrder()),
        properties(metadata.properties()),
        present.map(Snapshot::snapshotId).orElse(0L),
        metadata.snapshots().size(),
        present.map(Reading::totals).orElse(Map.of()),
        dataAt(metadata),
        metadata.refs().keySet().stream()
            .filter(name -> !name.equals(SnapshotRef.MAIN_BRANCH))
            .sorted()
            .toList(),
        Map.of());
  }

  public static Facts of(ViewMetadata metadata) {
    Map<String, String> queries = new TreeMap<>();
    metadata.currentVersion().representations().stream()
        .filter(SQLViewRepresentation.class::isInstance)
        .map(SQLViewRepresentation.class::cast)
        .forEach(query -> queries.put(query.dialect(), query.sql()));
    return new Facts(
        "view",
        metadata.uuid(),
        metadata.location(),
        metadata.formatVersion(),
        "",
        metadata.currentVersion().schemaId(),
        columns(metadata.schema()),
        List.of(),
        List.of(),
        List.of(),
        properties(metadata.properties()),
        0,
        0,
        Map.of(),
        0,
        List.of(),
        queries);
  }

  /** Every version of the schema that the metadata tells of, the oldest first. */
  public static List<SchemaVersion> schemas(TableMetadata metadata) {
    Map<Integer, Long> since = new HashMap<>();
    for (Snapshot snapshot : metadata.snapshots()) {
      if (snapshot.schemaId() != null) {
        since.merge(snapshot.schemaId(), snapshot.timestampMillis(), Math::min);
      }
    }
    return metadata.schemas().stream()
        .sorted(Comparator.comparingInt(Schema::schemaId))
        .map(
            schema ->
                new SchemaVersion(
                    schema.schemaId(), since.getOrDefault(schema.schemaId(), 0L), columns(schema)))
        .toList();
  }

  /**
   * The snapshots that lead to the present one, the newest first.
   *
   * @param known where to stop: the snapshot that was the present one before
   */
  public static List<Point> points(TableMetadata metadata, long known, int limit) {
    List<Point> points = new ArrayList<>();
    Optional<Snapshot> next = Optional.ofNullable(metadata.currentSnapshot());
    while (next.isPresent() && next.get().snapshotId() != known && points.size() < limit) {
      points.add(point(next.get()));
      next = parent(metadata, next.get());
    }
    return points;
  }

  private static Point point(Snapshot snapshot) {
    Map<String, String> summary = summary(snapshot);
    return new Point(
        snapshot.snapshotId(),
        snapshot.timestampMillis(),
        String.valueOf(snapshot.operation()),
        totals(snapshot),
        number(summary, SnapshotSummary.ADDED_RECORDS_PROP).orElse(0L),
        number(summary, SnapshotSummary.DELETED_RECORDS_PROP).orElse(0L),
        engine(summary),
        first(summary, "spark.app.id", "app-id", "flink.job-id", "app-name"));
  }

  private static String engine(Map<String, String> summary) {
    String name = first(summary, "engine-name");
    String version = first(summary, "engine-version");
    return (name + " " + version).strip();
  }

  private static String first(Map<String, String> summary, String... keys) {
    for (String key : keys) {
      String value = summary.getOrDefault(key, "");
      if (!value.isEmpty()) {
        return cut(value);
      }
    }
    return "";
  }

  private static Map<String, String> summary(Snapshot snapshot) {
    return Optional.ofNullable(snapshot.summary()).orElse(Map.of());
  }

  private static Map<String, Long> totals(Snapshot snapshot) {
    Map<String, Long> totals = new TreeMap<>();
    Map<String, String> summary = summary(snapshot);
    TOTALS.forEach((name, key) -> number(summary, key).ifPresent(n -> totals.put(name, n)));
    return totals;
  }

  private static Optional<Long> number(Map<String, String> summary, String key) {
    String written = summary.getOrDefault(key, "");
    return written.matches("\\d{1,18}") ? Optional.of(Long.valueOf(written)) : Optional.empty();
  }

  /** Compaction writes the same rows again: it makes nothing fresher. */
  private static long dataAt(TableMetadata metadata) {
    Optional<Snapshot> next = Optional.ofNullable(metadata.currentSnapshot());
    while (next.isPresent() && DataOperations.REPLACE.equals(next.get().operation())) {
      next = parent(metadata, next.get());
    }
    return next.map(Snapshot::timestampMillis).orElse(0L);
  }

  private static Optional<Snapshot> parent(TableMetadata metadata, Snapshot snapshot) {
    return Optional.ofNullable(snapshot.parentId()).map(metadata::snapshot);
  }

  private static List<String> partitioning(PartitionSpec spec) {
    List<String> fields = new ArrayList<>();
    for (PartitionField field : spec.fields()) {
      fields.add(transformed(spec.schema(), field.sourceId(), field.transform().toString()));
    }
    return fields;
  }

  private static List<String> sortOrder(SortOrder order) {
    List<String> fields = new ArrayList<>();
    for (SortField field : order.fields()) {
      fields.add(
          transformed(order.schema(), field.sourceId(), field.transform().toString())
              + " "
              + field.direction().toString().toLowerCase(java.util.Locale.ROOT));
    }
    return fields;
  }

  private static String transformed(Schema schema, int source, String transform) {
    String column =
        Optional.ofNullable(schema.findColumnName(source)).orElse("a column that is gone");
    if (transform.equals("identity")) {
      return column;
    }
    int bracket = transform.indexOf('[');
    return bracket < 0
        ? transform + "(" + column + ")"
        : transform.substring(0, bracket)
            + "("
            + column
            + ", "
            + transform.substring(bracket + 1, transform.length() - 1)
            + ")";
  }

  private static Map<String, String> properties(Map<String, String> all) {
    Map<String, String> shown = new TreeMap<>();
    all.forEach(
        (key, value) -> {
          if (!key.startsWith(OFFSETS)) {
            shown.put(key, cut(value));
          }
        });
    return shown;
  }

  private static String cut(String value) {
    return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "…";
  }

  static List<Column> columns(Schema schema) {
    List<Column> columns = new ArrayList<>();
    gather("", schema.asStruct(), columns);
    return columns;
  }

  private static void gather(String path, Type type, List<Column> columns) {
    if (!type.isNestedType()) {
      return;
    }
    for (Types.NestedField field : type.asNestedType().fields()) {
      String own = path.isEmpty() ? field.name() : path + "." + field.name();
      columns.add(
          new Column(
              field.fieldId(),
              own,
              brief(field.type()),
              field.isRequired(),
              field.doc() == null ? "" : cut(field.doc())));
      gather(own, field.type(), columns);
    }
  }

  /** The fields of nested types are columns of their own. */
  private static String brief(Type type) {
    return switch (type.typeId()) {
      case STRUCT -> "struct";
      case LIST -> "list<" + brief(type.asListType().elementType()) + ">";
      case MAP ->
          "map<"
              + brief(type.asMapType().keyType())
              + ", "
              + brief(type.asMapType().valueType())
              + ">";
      default -> type.toString();
    };
  }
}
