package dev.sluice.ingest.table;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;

/**
 * What a spec makes of the time a row is filed under: which spans of the calendar its partitions
 * are of. Only these end: a bucket gets rows for as long as the table does.
 *
 * @param unit the spans, if it has any
 * @param position where in a partition's values its span is
 * @param others how many values are of something else
 */
record FiledTime(Optional<ChronoUnit> unit, OptionalInt position, int others) {

  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "year", ChronoUnit.YEARS,
          "month", ChronoUnit.MONTHS,
          "day", ChronoUnit.DAYS,
          "hour", ChronoUnit.HOURS);

  FiledTime {
    Objects.requireNonNull(unit, "unit");
    Objects.requireNonNull(position, "position");
  }

  static FiledTime of(PartitionSpec spec) {
    Optional<ChronoUnit> unit = Optional.empty();
    OptionalInt position = OptionalInt.empty();
    int others = 0;
    List<PartitionField> fields = spec.fields();
    for (int i = 0; i < fields.size(); i++) {
      PartitionField field = fields.get(i);
      ChronoUnit span = UNITS.get(field.transform().toString());
      boolean filed = TableLayout.TIME.equals(spec.schema().findColumnName(field.sourceId()));
      if (filed && span != null && unit.isEmpty()) {
        unit = Optional.of(span);
        position = OptionalInt.of(i);
      } else {
        others++;
      }
    }
    return new FiledTime(unit, position, others);
  }

  /** Whether the time alone says which partition a row belongs to. */
  boolean alone() {
    return unit.isPresent() && others == 0;
  }

  /** The span of a partition, counted from 1970. */
  Optional<Integer> span(StructLike partition) {
    return position.isPresent()
        ? Optional.of(partition.get(position.getAsInt(), Integer.class))
        : Optional.empty();
  }

  /** The first day of the span, if spans are of days or more; a day holds its hours. */
  LocalDate begin(LocalDate day) {
    return switch (unit.orElse(ChronoUnit.DAYS)) {
      case YEARS -> day.with(TemporalAdjusters.firstDayOfYear());
      case MONTHS -> day.with(TemporalAdjusters.firstDayOfMonth());
      default -> day;
    };
  }

  /** The first day of the span before. */
  LocalDate beginBefore(LocalDate day) {
    return begin(begin(day).minusDays(1));
  }
}
