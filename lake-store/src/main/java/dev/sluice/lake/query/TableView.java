package dev.sluice.lake.query;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * A table of the lake as a query of DuckDB's over its files. Columns are found in the files by
 * their field ids, so a renamed column keeps its old rows and one added later is null (or its
 * default) in older files; where names say the same as ids, by those. Files that are read alike,
 * and with deletes or without, are read together.
 */
final class TableView {
  /** Files that are read in the same way. */
  private record Branch(FileReading reading, List<Integer> files) {}

  private final PlannedTable table;
  private final List<Path> paths;
  private final List<Branch> clean = new ArrayList<>();
  private final List<Branch> deleted = new ArrayList<>();

  /**
   * @param paths of the table's files, in their order
   * @param readings how each of them is read
   */
  TableView(PlannedTable table, List<Path> paths, List<FileReading> readings) {
    this.table = table;
    this.paths = paths;
    Map<FileReading, Branch> whole = new LinkedHashMap<>();
    Map<FileReading, Branch> partly = new LinkedHashMap<>();
    for (int i = 0; i < paths.size(); i++) {
      boolean deletes = !table.dataFiles().get(i).deletes().isEmpty();
      (deletes ? partly : whole)
          .computeIfAbsent(readings.get(i), reading -> new Branch(reading, new ArrayList<>()))
          .files()
          .add(i);
    }
    clean.addAll(whole.values());
    deleted.addAll(partly.values());
  }

  boolean hasDeletes() {
    return !deleted.isEmpty();
  }

  /** The files from which something is deleted, each branch by itself. */
  List<List<PlannedTable.DataFileRef>> deletedFrom() {
    return deleted.stream()
        .map(branch -> branch.files().stream().map(table.dataFiles()::get).toList())
        .toList();
  }

  /**
   * @param deletions loaded with {@link #deletedFrom}, if there are any
   */
  String query(Optional<Deletions> deletions) throws RefusedQueryException {
    Schema schema = table.state().schema();
    List<String> parts = new ArrayList<>();
    for (Branch branch : clean) {
      parts.add(
          branch.reading() instanceof FileReading.ByName
              ? named(branch, schema)
              : select(schema) + source(branch, schema.columns()));
    }
    for (int i = 0; deletions.isPresent() && i < deleted.size(); i++) {
      Map<Integer, Types.NestedField> read = new LinkedHashMap<>();
      schema.columns().forEach(column -> read.put(column.fieldId(), column));
      deletions.get().keys().forEach(key -> read.putIfAbsent(key.fieldId(), key));
      String columns =
          schema.columns().stream()
              .map(column -> "p.c" + column.fieldId())
              .collect(Collectors.joining(", "));
      parts.add(
          select(schema)
              + "(SELECT "
              + columns
              + " FROM "
              + source(deleted.get(i), List.copyOf(read.values()))
              + " AS p"
              + deletions.get().without(i)
              + ")");
    }
    if (parts.isEmpty()) {
      return empty(schema);
    }
    return String.join(" UNION ALL ", parts);
  }

  private String named(Branch branch, Schema schema) {
    return schema.columns().stream()
        .map(column -> SqlText.name(column.name()))
        .collect(
            Collectors.joining(
                ", ",
                "SELECT ",
                " FROM read_parquet(" + list(paths(branch)) + ", hive_partitioning=false)"));
  }

  private List<Path> paths(Branch branch) {
    return branch.files().stream().map(paths::get).toList();
  }

  private static String select(Schema schema) {
    return schema.columns().stream()
        .map(column -> "c" + column.fieldId() + " AS " + SqlText.name(column.name()))
        .collect(Collectors.joining(", ", "SELECT ", " FROM "));
  }

  private String source(Branch branch, List<Types.NestedField> columns) {
    List<Path> files = paths(branch);
    if (!(branch.reading() instanceof FileReading.ByShape other)) {
      return reading(columns, files);
    }
    Reshaping reshaping = new Reshaping(other.shape());
    return columns.stream()
            .map(column -> reshaping.column(column) + " AS c" + column.fieldId())
            .collect(Collectors.joining(", ", "(SELECT ", ""))
        + ", file_index, file_row_number FROM read_parquet("
        + list(files)
        + "))";
  }

  /** The table's columns, none of its rows. */
  static String empty(Schema schema) {
    return schema.columns().stream()
        .map(field -> "NULL::" + ColumnType.of(field.type()) + " AS " + SqlText.name(field.name()))
        .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
  }

  static String list(List<Path> files) {
    return files.stream()
        .map(path -> SqlText.literal(path.toString()))
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** Files read by ids; the column of field 5 is named {@code c5}. */
  static String reading(List<Types.NestedField> columns, List<Path> files) {
    return columns.stream()
        .map(TableView::column)
        .collect(Collectors.joining(", ", "read_parquet(" + list(files) + ", schema=MAP {", "})"));
  }

  private static String column(Types.NestedField field) {
    String preset =
        field.initialDefault() == null
            ? "NULL"
            : SqlText.literal(DefaultText.of(field.type(), field.initialDefault()));
    return field.fieldId()
        + ": {name: 'c"
        + field.fieldId()
        + "', type: "
        + SqlText.literal(ColumnType.of(field.type()))
        + ", default_value: "
        + preset
        + "}";
  }
}
