package dev.sluice.transform.subject;

import static org.apache.spark.sql.functions.try_divide;

import org.apache.spark.sql.Column;

/** Shares, as six exact digits behind the point: rounded half up, none of nobody. */
final class Shares {
  private static final String COUNT = "decimal(19,0)";

  private Shares() {}

  static Column of(Column some, Column all) {
    return try_divide(some.cast(COUNT), all.cast(COUNT)).cast("decimal(9,6)");
  }
}
