package dev.sluice.transform.job;

import java.util.List;

/**
 * What a subject table looks like. One that is made day by day is partitioned by its column {@code
 * day}; within a file, rows lie in the order of {@code order}.
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

  public List<String> columnNames() {
    return columns.stream().map(Field::name).toList();
  }
}
