package dev.sluice.transform.job;

import java.util.List;

/**
 * What a subject table looks like. It is partitioned by its column {@code day}; within a file, rows
 * lie in the order of {@code order}.
 */
public record TableShape(TableName name, String says, List<Field> columns, List<String> order) {
  /** The column by which every subject table is partitioned. */
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
    if (!names.contains(DAY)) {
      throw new IllegalArgumentException(name + " has no column " + DAY);
    }
    if (!names.containsAll(order)) {
      throw new IllegalArgumentException(name + " is ordered by columns it does not have");
    }
  }

  public List<String> columnNames() {
    return columns.stream().map(Field::name).toList();
  }
}
