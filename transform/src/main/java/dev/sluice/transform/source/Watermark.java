package dev.sluice.transform.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_micros;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.source.Server.Scale;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Up to where a copy has what changed: the greatest value of its column, less the overlap. A row
 * that claims to be of the future does not count, or those before it would be missed.
 */
final class Watermark {
  private final Reading reading;
  private final Columns columns;
  private final Mode mode;

  Watermark(Reading reading, Columns columns, Mode mode) {
    this.reading = reading;
    this.columns = columns;
    this.mode = mode;
  }

  /** Refuses a column by which changes cannot be found, before there is anything to find. */
  static void refuseOthers(Mode mode, List<CopiedColumn> columns) {
    if (mode instanceof Mode.Incremental changes) {
      DataType type =
          columns.stream()
              .filter(column -> column.from().name().equals(changes.column()))
              .map(CopiedColumn::type)
              .findFirst()
              .orElseThrow(
                  () ->
                      new JobFailure(
                          "column '" + changes.column() + "' finds changes, and is left out"));
      number(changes.column(), type, Server.scale(type));
      overlap(changes, Server.scale(type));
    }
  }

  /** The condition of what is to be read; nothing where that is everything. */
  Optional<String> since(Dataset<Row> copy) {
    if (!(mode instanceof Mode.Incremental changes)) {
      return Optional.empty();
    }
    SourceColumn column = columns.named(changes.column());
    String name = CopiedColumn.lakeName(column.name());
    Scale scale = Server.scale(copy.schema().apply(name).dataType());
    Column number = number(name, copy.schema().apply(name).dataType(), scale);
    Dataset<Row> past = scale == Scale.NUMBER ? copy : copy.where(number.leq(lit(limit(scale))));
    Row greatest = past.select(max(number).cast("string")).head();
    return greatest.isNullAt(0)
        ? Optional.empty()
        : Optional.of(
            reading.since(
                column, new BigInteger(greatest.getString(0)).subtract(overlap(changes, scale))));
  }

  /** Where a clock without a zone is ahead of UTC, its last hours are read again. */
  private long limit(Scale scale) {
    long micros = reading.moment().micros();
    return scale == Scale.DAY ? TimeUnit.MICROSECONDS.toDays(micros) : micros;
  }

  private static Column number(String name, DataType type, Scale scale) {
    return switch (scale) {
      case NUMBER -> floor(col(name)).cast("decimal(38,0)");
      case DAY -> unix_date(col(name));
      case TIME -> unix_micros(col(name).cast(DataTypes.TimestampType));
      case NONE ->
          throw new JobFailure(
              "column '"
                  + name
                  + "' is "
                  + type.sql()
                  + "; changes are found by a number or a time");
    };
  }

  private static BigInteger overlap(Mode.Incremental changes, Scale scale) {
    if (changes.overlap() instanceof Mode.Span span && scale != Scale.NUMBER) {
      return BigInteger.valueOf(
          scale == Scale.DAY
              ? span.span().plusDays(1).minusNanos(1).toDays()
              : TimeUnit.SECONDS.toMicros(span.span().toSeconds()));
    }
    if (changes.overlap() instanceof Mode.Steps steps && scale == Scale.NUMBER) {
      return steps.steps().toBigInteger();
    }
    throw new JobFailure(
        "column '%s' needs an overlap %s"
            .formatted(
                changes.column(), scale == Scale.NUMBER ? "that is a number" : "such as 15m"));
  }
}
