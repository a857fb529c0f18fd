package dev.sluice.transform.source;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.date_from_unix_date;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Values from what was read: exactly, or not at all. */
final class Values {
  /** In place of a time or day without an end: the last and first that every reader knows. */
  static final long LAST_MICROS = 253_402_300_799_999_999L;

  static final long FIRST_MICROS = -62_135_596_800_000_000L;
  static final int LAST_DAY = 2_932_896;
  static final int FIRST_DAY = -719_162;

  private Values() {}

  static UnaryOperator<Column> same() {
    return column -> column;
  }

  /** A number that another type holds as well. */
  static UnaryOperator<Column> as(DataType type) {
    return column -> column.cast(type);
  }

  /** What a text says; a text that says no value of the type ends the run and is named. */
  static UnaryOperator<Column> said(DataType type, String column) {
    if (type.equals(DataTypes.StringType)) {
      return same();
    }
    return text -> {
      Column named =
          raise_error(
              concat(
                  lit("column " + column + " holds '"),
                  text,
                  lit(
                      "', which %s cannot hold; give it another type under 'types:', such as %s: string"
                          .formatted(type.sql(), column))));
      return when(text.isNotNull(), coalesce(text.try_cast(type), named));
    };
  }

  /** What a text says, and nothing where it says no value: a day that no calendar has. */
  static UnaryOperator<Column> saidOrNothing(DataType type) {
    return text -> text.try_cast(type);
  }

  /** A day, from the days since 1970. */
  static UnaryOperator<Column> day() {
    return days -> date_from_unix_date(days.cast(DataTypes.IntegerType));
  }

  /** A moment, from the microseconds since 1970. */
  static UnaryOperator<Column> instant() {
    return micros -> timestamp_micros(micros);
  }

  /** A time on somebody's wall; the session's zone is UTC. */
  static UnaryOperator<Column> wallTime() {
    return micros -> timestamp_micros(micros).cast(DataTypes.TimestampNTZType);
  }

  /** An array, from the JSON of its elements' texts. */
  static UnaryOperator<Column> array(UnaryOperator<Column> element) {
    return json ->
        transform(
            from_json(json, DataTypes.createArrayType(DataTypes.StringType)),
            item -> element.apply(item));
  }
}
