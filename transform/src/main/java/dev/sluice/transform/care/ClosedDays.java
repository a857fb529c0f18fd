package dev.sluice.transform.care;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;

/** The part of a table that gets no more rows, as far as its partitions tell. */
sealed interface ClosedDays {
  /** Ingest's promise of exactly once: never changed here, and the mark of a table it writes. */
  String INGEST = "sluice.log.";

  /**
   * Partitions of a time before a limit.
   *
   * @param rows those before it
   * @param field where the time stands in the partition
   * @param limit the first open partition's number: days since 1970 for a table of days
   */
  record Before(Expression rows, int spec, int field, Type type, long limit)
      implements ClosedDays {}

  /** All of it: the table has no days, and who writes it writes seldom. */
  record Whole() implements ClosedDays {}

  /** None of it. */
  record None(String why) implements ClosedDays {}

  /** Those that ended before {@code cutoff}. */
  static ClosedDays of(Table table, Instant cutoff) {
    PartitionSpec spec = table.spec();
    LocalDate first = LocalDate.ofInstant(cutoff, ZoneOffset.UTC);
    for (int i = 0; i < spec.fields().size(); i++) {
      PartitionField field = spec.fields().get(i);
      Type source = table.schema().findType(field.sourceId());
      Type.TypeID kind = source.typeId();
      if (kind != Type.TypeID.DATE && kind != Type.TypeID.TIMESTAMP) {
        continue;
      }
      String unit = field.transform().toString();
      LocalDate begin =
          switch (unit) {
            case "year" -> first.withDayOfYear(1);
            case "month" -> first.withDayOfMonth(1);
            default -> first;
          };
      if (!List.of("year", "month", "day", "hour", "identity").contains(unit)) {
        continue;
      }
      String column = table.schema().findColumnName(field.sourceId());
      Expression rows =
          kind == Type.TypeID.DATE
              ? Expressions.lessThan(column, begin.toString())
              : Expressions.lessThan(column, micros(begin));
      return new Before(
          rows,
          spec.specId(),
          i,
          spec.partitionType().fields().get(i).type(),
          number(unit, kind, begin));
    }
    return table.properties().keySet().stream().anyMatch(key -> key.startsWith(INGEST))
        ? new None("ingest writes it, and it is not partitioned by a time")
        : new Whole();
  }

  /** What a scan of the closed part asks for. */
  default Expression filter() {
    if (this instanceof Before before) {
      return before.rows();
    }
    return this instanceof Whole ? Expressions.alwaysTrue() : Expressions.alwaysFalse();
  }

  /** Whether a manifest names files of closed days alone. */
  default boolean covers(ManifestFile manifest) {
    if (!(this instanceof Before before)) {
      return this instanceof Whole;
    }
    if (manifest.partitionSpecId() != before.spec() || manifest.partitions() == null) {
      return false;
    }
    ByteBuffer upper = manifest.partitions().get(before.field()).upperBound();
    return upper != null
        && Conversions.<Number>fromByteBuffer(before.type(), upper).longValue() < before.limit();
  }

  private static long number(String unit, Type.TypeID kind, LocalDate begin) {
    return switch (unit) {
      case "year" -> begin.getYear() - 1970L;
      case "month" -> (begin.getYear() - 1970L) * 12 + begin.getMonthValue() - 1;
      case "hour" -> begin.toEpochDay() * 24;
      case "day" -> begin.toEpochDay();
      default -> kind == Type.TypeID.DATE ? begin.toEpochDay() : micros(begin);
    };
  }

  private static long micros(LocalDate day) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, day.atStartOfDay(ZoneOffset.UTC).toInstant());
  }
}
