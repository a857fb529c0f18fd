package dev.sluice.transform.check;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.dayofweek;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.hash;
import static org.apache.spark.sql.functions.hour;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log2;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;

/**
 * How a column's values are spread over {@link #BINS} bins that are the same on every day, so that
 * days can be compared without reading them again: numbers by their power of two, times by their
 * hour, dates by their weekday, all else by its hash. Nothing has a bin of its own.
 */
final class Distribution {
  static final int BINS = 25;

  private static final int NOTHING = 0;
  private static final int ZERO = 1;
  private static final int NEGATIVE = 2;
  private static final int POSITIVE = 3;

  /** Below 2^-5 and from 2^16 on, numbers are not told apart. */
  private static final int LEAST_POWER = -5;

  private static final int GREATEST_POWER = LEAST_POWER + BINS - POSITIVE - 1;

  private Distribution() {}

  /** How many rows each bin has. */
  static List<Column> counts(String name, DataType type) {
    Column bin = bin(col(name), type);
    List<Column> counts = new ArrayList<>();
    for (int i = 0; i < BINS; i++) {
      counts.add(coalesce(sum(when(bin.equalTo(i), 1L).otherwise(0L)), lit(0L)));
    }
    return counts;
  }

  private static Column bin(Column value, DataType type) {
    Column bin;
    if (type instanceof NumericType) {
      Column number = value.cast(DataTypes.DoubleType);
      Column power =
          least(greatest(floor(log2(abs(number))), lit(LEAST_POWER)), lit(GREATEST_POWER));
      bin =
          when(number.equalTo(0), ZERO)
              .when(number.lt(0), NEGATIVE)
              .otherwise(power.plus(POSITIVE - LEAST_POWER));
    } else if (type.equals(DataTypes.TimestampType) || type.equals(DataTypes.TimestampNTZType)) {
      bin = hour(value).plus(1);
    } else if (type.equals(DataTypes.DateType)) {
      bin = dayofweek(value);
    } else {
      bin = pmod(hash(value), lit(BINS - 1)).plus(1);
    }
    return when(value.isNull(), NOTHING).otherwise(bin.cast(DataTypes.IntegerType));
  }

  /**
   * The population stability index of two distributions: 0 for the same, by custom unrest from 0.1
   * and another population from 0.25. Half a row in each bin keeps an empty one finite.
   */
  static double index(List<Long> one, List<Long> other) {
    List<Integer> used = new ArrayList<>();
    for (int i = 0; i < one.size(); i++) {
      if (one.get(i) + other.get(i) > 0) {
        used.add(i);
      }
    }
    double index = 0;
    for (int bin : used) {
      double p = share(one, bin, used.size());
      double q = share(other, bin, used.size());
      index += (p - q) * Math.log(p / q);
    }
    return index;
  }

  private static double share(List<Long> counts, int bin, int used) {
    return (counts.get(bin) + 0.5) / (total(counts) + 0.5 * used);
  }

  static long total(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).sum();
  }
}
