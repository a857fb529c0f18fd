package dev.sluice.transform.job;

/**
 * A table that a job reads, and how far around its own day.
 *
 * <p>The rows of day D may depend on days D - {@code daysBefore} to D + {@code daysAfter} of the
 * table, and on no others: what arrives later for one of those days makes D stale. {@link #ALL} is
 * every day there is.
 *
 * @param optional whether the job makes do with a table that is not there: it then finds no rows
 */
public record Read(TableName table, int daysBefore, int daysAfter, boolean optional) {
  /** In place of a number of days: all of them. */
  public static final int ALL = Integer.MAX_VALUE;

  public Read {
    if (daysBefore < 0 || daysAfter < 0) {
      throw new IllegalArgumentException("days before and after are not negative: " + table);
    }
  }

  /** The day itself. */
  public static Read day(TableName table) {
    return new Read(table, 0, 0, false);
  }

  /** The day and its neighbours. */
  public static Read around(TableName table, int daysBefore, int daysAfter) {
    return new Read(table, daysBefore, daysAfter, false);
  }

  /** Every day, past and to come. */
  public static Read all(TableName table) {
    return new Read(table, ALL, ALL, false);
  }

  /** The same, of a table that may not be there. */
  public Read orNothing() {
    return new Read(table, daysBefore, daysAfter, true);
  }
}
