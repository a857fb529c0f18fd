package dev.sluice.transform.plan;

import dev.sluice.transform.job.TableShape;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Which column says the day that a row belongs to: {@code day} in tables that are made day by day,
 * {@code _time} in tables of raw events.
 *
 * <p>A file's days are read off its partition, else off its column's bounds, which are exact for
 * dates and times.
 */
final class DayColumn {
  private static final List<String> NAMES = List.of(TableShape.DAY, "_time");
  private static final Set<String> TELLING = Set.of("identity", "day", "hour", "month", "year");
  private static final long MICROS_OF_DAY = 86_400_000_000L;
  private static final long HOURS_OF_DAY = 24;

  private final Types.NestedField column;

  private DayColumn(Types.NestedField column) {
    this.column = column;
  }

  /** The days of a file's rows, the last one included. */
  record Span(LocalDate first, LocalDate last) {
    boolean meets(LocalDate from, LocalDate to) {
      return !first.isAfter(to) && !last.isBefore(from);
    }
  }

  /** The column, if the table has one. */
  static Optional<DayColumn> of(Schema schema) {
    for (String name : NAMES) {
      Types.NestedField field = schema.findField(name);
      if (field != null
          && (field.type().typeId() == Type.TypeID.DATE
              || field.type().typeId() == Type.TypeID.TIMESTAMP)) {
        return Optional.of(new DayColumn(field));
      }
    }
    return Optional.empty();
  }

  /** Whether a file's partition tells its days. */
  boolean partitions(PartitionSpec spec) {
    return spec.fields().stream()
        .anyMatch(
            field ->
                field.sourceId() == column.fieldId()
                    && TELLING.contains(field.transform().toString()));
  }

  /** A file's days, if it tells them. */
  Optional<Span> span(ContentFile<?> file, PartitionSpec spec) {
    List<PartitionField> fields = spec.fields();
    for (int i = 0; i < fields.size(); i++) {
      PartitionField field = fields.get(i);
      if (field.sourceId() == column.fieldId()) {
        Object value = file.partition().get(i, Object.class);
        Optional<Span> span =
            value instanceof Number number
                ? span(field.transform().toString(), number.longValue())
                : Optional.empty();
        if (span.isPresent()) {
          return span;
        }
      }
    }
    Optional<LocalDate> first = bound(file.lowerBounds());
    Optional<LocalDate> last = bound(file.upperBounds());
    return first.isPresent() && last.isPresent()
        ? Optional.of(new Span(first.get(), last.get()))
        : Optional.empty();
  }

  private Optional<Span> span(String transform, long ordinal) {
    return switch (transform) {
      case "identity" -> Optional.of(one(day(ordinal)));
      case "day" -> Optional.of(one(LocalDate.ofEpochDay(ordinal)));
      case "hour" -> Optional.of(one(LocalDate.ofEpochDay(Math.floorDiv(ordinal, HOURS_OF_DAY))));
      case "month" -> {
        YearMonth month = YearMonth.of(1970, 1).plusMonths(ordinal);
        yield Optional.of(new Span(month.atDay(1), month.atEndOfMonth()));
      }
      case "year" ->
          Optional.of(
              new Span(
                  LocalDate.ofYearDay((int) (1970 + ordinal), 1),
                  LocalDate.of((int) (1970 + ordinal), 12, 31)));
      default -> Optional.empty();
    };
  }

  private static Span one(LocalDate day) {
    return new Span(day, day);
  }

  private Optional<LocalDate> bound(Map<Integer, ByteBuffer> bounds) {
    ByteBuffer bound = bounds == null ? null : bounds.get(column.fieldId());
    if (bound == null) {
      return Optional.empty();
    }
    Number value = Conversions.fromByteBuffer(column.type(), bound);
    return Optional.of(day(value.longValue()));
  }

  /** Of a value of the column, as Iceberg holds it: days or microseconds since 1970. */
  private LocalDate day(long value) {
    return LocalDate.ofEpochDay(
        column.type().typeId() == Type.TypeID.DATE ? value : Math.floorDiv(value, MICROS_OF_DAY));
  }
}
