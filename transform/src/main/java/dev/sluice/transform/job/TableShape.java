package dev.sluice.transform.job;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * What a subject table looks like. One that is made day by day is partitioned by its column {@code
 * day}; within a file, rows lie in the order of {@code order}. One without columns is {@linkplain
 * #open open}.
 */
public record TableShape(
    TableName name,
    String says,
    List<Field> columns,
    List<String> order,
    Materialization materialization) {
  /** The column by which every table that is made day by day is partitioned. */
  public static final String DAY = "day";

  /**
   * A column of the table.
   *
   * @param type as SQL writes it
   * @param says what it holds, for whoever reads the catalog
   */
  public record Field(String name, String type, String says) {}

  public TableShape {
    columns = List.copyOf(columns);
    order = List.copyOf(order);
    List<String> names = columns.stream().map(Field::name).toList();
    if (materialization instanceof Materialization.Day && !names.contains(DAY)) {
      throw new IllegalArgumentException(name + " has no column " + DAY);
    }
    if (!names.containsAll(order)) {
      throw new IllegalArgumentException(name + " is ordered by columns it does not have");
    }
    if (materialization instanceof Materialization.Merge merge
        && !columns.isEmpty()
        && !names.containsAll(merge.keys())) {
      throw new IllegalArgumentException(name + " is merged by columns it does not have");
    }
  }

  /** A table that is made day by day. */
  public static TableShape daily(
      TableName name, String says, List<Field> columns, List<String> order) {
    return new TableShape(name, says, columns, order, new Materialization.Day());
  }

  /** A table that is made anew each night. */
  public static TableShape whole(
      TableName name, String says, List<Field> columns, List<String> order) {
    return new TableShape(name, says, columns, order, new Materialization.Whole());
  }

  /** A table whose columns are those of its rows, whatever they are by then. */
  public static TableShape open(TableName name, String says, Materialization materialization) {
    return new TableShape(name, says, List.of(), List.of(), materialization);
  }

  /** The same with the columns of its rows, where it does not say itself which it has. */
  public TableShape closed(StructType rows) {
    if (!columns.isEmpty()) {
      return this;
    }
    List<Field> fields =
        Arrays.stream(rows.fields())
            .map(
                field ->
                    new Field(
                        field.name(),
                        field.dataType().sql(),
                        field.getComment().getOrElse(() -> "")))
            .toList();
    return new TableShape(name, says, fields, order, materialization);
  }

  public List<String> columnNames() {
    return columns.stream().map(Field::name).toList();
  }
}
