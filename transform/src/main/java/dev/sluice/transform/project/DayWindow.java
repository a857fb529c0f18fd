package dev.sluice.transform.project;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableShape;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * The days of a table that a job may see: those that it declares, and no others, so that what it
 * declares is true. A table's days are those of its column {@code day}, or of {@code _time} as in
 * the raw tables.
 */
record DayWindow(Read read, Place place) {
  private static final String TIME = "_time";

  Dataset<Row> of(Dataset<Row> rows, LocalDate day) {
    if (read.daysBefore() == Read.ALL && read.daysAfter() == Read.ALL) {
      return rows;
    }
    if (has(rows, TableShape.DAY, DataTypes.DateType)) {
      Dataset<Row> from =
          read.daysBefore() == Read.ALL
              ? rows
              : rows.where(col(TableShape.DAY).geq(lit(day.minusDays(read.daysBefore()))));
      return read.daysAfter() == Read.ALL
          ? from
          : from.where(col(TableShape.DAY).leq(lit(day.plusDays(read.daysAfter()))));
    }
    if (has(rows, TIME, DataTypes.TimestampType)) {
      Dataset<Row> from =
          read.daysBefore() == Read.ALL
              ? rows
              : rows.where(col(TIME).geq(lit(midnight(day.minusDays(read.daysBefore())))));
      return read.daysAfter() == Read.ALL
          ? from
          : from.where(col(TIME).lt(lit(midnight(day.plusDays(read.daysAfter()).plusDays(1)))));
    }
    throw place.refuse(
        read.table()
            + " has neither a DATE 'day' nor a TIMESTAMP '_time' to tell its days by; declare"
            + " look_back: all and look_ahead: all");
  }

  private static Instant midnight(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static boolean has(Dataset<Row> rows, String column, DataType type) {
    return Arrays.stream(rows.schema().fields())
        .anyMatch(field -> field.name().equals(column) && field.dataType().equals(type));
  }
}
