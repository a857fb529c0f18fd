package dev.sluice.transform.check;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import dev.sluice.transform.job.Check;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.StructType;

/** The rules that need nothing but the rows: what is added up for each, and what it says. */
final class Measures {
  private final StructType columns;
  private final LocalDate day;

  Measures(StructType columns, LocalDate day) {
    this.columns = columns;
    this.day = day;
  }

  /**
   * How the rule is measured; nothing where it takes more than the rows.
   *
   * @param before the figures that days before left, asked for only where the rule compares
   */
  Optional<Measure> of(Check.Rule rule, Supplier<List<List<Long>>> before) {
    if (rule instanceof Check.NotNull notNull) {
      return each(col(notNull.column()).isNull());
    } else if (rule instanceof Check.Accepted accepted) {
      return each(
          not(col(accepted.column()).cast("string").isin(accepted.values().toArray()))
              .and(col(accepted.column()).isNotNull()));
    } else if (rule instanceof Check.Range range) {
      Column value = col(range.column());
      Column below = range.least().map(least -> value.lt(expr(least))).orElse(lit(false));
      Column above = range.greatest().map(most -> value.gt(expr(most))).orElse(lit(false));
      return each(below.or(above));
    } else if (rule instanceof Check.Holds holds) {
      return each(not(coalesce(expr(holds.condition()), lit(false))));
    } else if (rule instanceof Check.Unique unique) {
      return Optional.of(unique(unique.columns()));
    } else if (rule instanceof Check.Fresh fresh) {
      return Optional.of(fresh(fresh));
    } else if (rule instanceof Check.RowCount rowCount) {
      return Optional.of(
          new Measure(
              List.of(),
              (rows, sums) -> rowCount(rows, before.get(), rowCount.mostChange()),
              Measure::nobody));
    } else if (rule instanceof Check.Drift drift) {
      return Optional.of(
          new Measure(
              Distribution.counts(drift.column(), columns.apply(drift.column()).dataType()),
              (rows, sums) -> drift(sums, before.get(), drift.mostIndex()),
              Measure::nobody));
    }
    return Optional.empty();
  }

  private static Column not(Column condition) {
    return org.apache.spark.sql.functions.not(condition);
  }

  /** A rule of each row by itself; where the condition is unknown, the row keeps it. */
  private static Optional<Measure> each(Column broken) {
    return Optional.of(
        new Measure(
            List.of(coalesce(sum(when(broken, 1L).otherwise(0L)), lit(0L))),
            (rows, sums) -> Verdict.broken(sums.get(0), rows),
            rows -> rows.where(broken)));
  }

  private static Measure unique(List<String> names) {
    Column[] keys = names.stream().map(org.apache.spark.sql.functions::col).toArray(Column[]::new);
    return new Measure(
        List.of(countDistinct(struct(keys))),
        (rows, sums) -> Verdict.broken(rows - sums.get(0), rows),
        rows ->
            rows.withColumn("_copies", count(lit(1)).over(Window.partitionBy(keys)))
                .where(col("_copies").gt(1))
                .drop("_copies"));
  }

  private Measure fresh(Check.Fresh rule) {
    Column micros = unix_micros(col(rule.column()).cast("timestamp"));
    return new Measure(
        List.of(count(micros), coalesce(max(micros), lit(0L))),
        (rows, sums) -> {
          if (sums.get(0) == 0) {
            return new Verdict(Optional.empty(), "no row has a " + rule.column(), List.of());
          }
          Instant newest = Instant.EPOCH.plus(sums.get(1), ChronoUnit.MICROS);
          Instant end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
          double age = Duration.between(newest, end).toMillis() / 1000.0;
          return Verdict.bounded(
              age,
              rule.mostAge().toMillis() / 1000.0,
              "at the end of the day the age in seconds of the newest " + rule.column(),
              List.of());
        },
        Measure::nobody);
  }

  private static Verdict rowCount(long rows, List<List<Long>> before, double most) {
    double mean = before.stream().mapToLong(figures -> figures.get(0)).average().orElse(0);
    List<Long> figures = List.of(rows);
    return mean == 0
        ? Verdict.unjudged(figures)
        : Verdict.bounded(
            Math.abs(rows - mean) / mean,
            most,
            "the change from %.0f rows a day to %d".formatted(mean, rows),
            figures);
  }

  private static Verdict drift(List<Long> counts, List<List<Long>> before, double most) {
    List<Long> past = new ArrayList<>();
    for (int i = 0; i < Distribution.BINS; i++) {
      int bin = i;
      past.add(before.stream().mapToLong(figures -> figures.get(bin)).sum());
    }
    return Distribution.total(past) == 0 || Distribution.total(counts) == 0
        ? Verdict.unjudged(counts)
        : Verdict.bounded(
            Distribution.index(counts, past), most, "the population stability index", counts);
  }
}
