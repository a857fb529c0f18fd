package dev.sluice.ingest.stream;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * By which values a stream's rows are put into partitions. Without any, a new table is partitioned
 * by the day its rows are filed under, and a table that is there stays as it is.
 */
public record Partitioning(List<PartitionField> fields) {

  /** Nothing said. */
  public static final Partitioning UNSAID = new Partitioning(List.of());

  private static final long ENDLESS = 1L << 40;

  public Partitioning {
    fields = List.copyOf(fields);
  }

  /** Reads the notation of each. */
  public static Partitioning parse(List<String> texts) {
    return new Partitioning(texts.stream().map(PartitionField::parse).toList());
  }

  /** Whether the stream says how its table is partitioned. */
  public boolean said() {
    return !fields.isEmpty();
  }

  /** Into how many partitions rows of one time may go by buckets alone. */
  public long buckets() {
    return fields.stream()
        .filter(field -> field.transform() == PartitionField.Transform.BUCKET)
        .mapToLong(PartitionField::width)
        .reduce(1, (product, width) -> Math.min(ENDLESS, product * width));
  }

  /**
   * The column a partition's value is made of. A span of the time at which an event happened is
   * made of the time its row is filed under: a device with a wrong clock opens no partition of its
   * own.
   */
  public static String column(PartitionField field, Optional<String> timeField) {
    return field.transform().ofTime() && timeField.equals(Optional.of(field.field()))
        ? PartitionField.FILED_TIME
        : field.field();
  }

  void requireFits(List<Field> declared, Optional<String> timeField) {
    Set<String> sources = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (PartitionField field : fields) {
      requireKnown(field, declared);
      String column = column(field, timeField);
      if (field.transform().ofTime() && !sources.add(column)) {
        throw new IllegalArgumentException(
            "partition " + field + ": another one is of the same time; the finer one is enough");
      }
      String name = field.nameFor(column);
      if (!names.add(name)) {
        throw new IllegalArgumentException("partition " + field + " is there twice");
      }
      if (!name.equals(column) && declared.stream().anyMatch(each -> each.name().equals(name))) {
        throw new IllegalArgumentException(
            "partition " + field + " would be called " + name + ", which is a field: rename that");
      }
    }
  }

  private static void requireKnown(PartitionField field, List<Field> declared) {
    if (field.field().equals(PartitionField.FILED_TIME)) {
      field.requireFits(FieldType.TIMESTAMP);
      return;
    }
    FieldType type =
        declared.stream()
            .filter(each -> each.name().equals(field.field()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "partition "
                            + field
                            + ": "
                            + field.field()
                            + " is not among the stream's fields"))
            .type();
    field.requireFits(type);
  }
}
