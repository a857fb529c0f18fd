package dev.sluice.transform.plan;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import java.time.LocalDate;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a plan needs to know of a job.
 *
 * @param code changes whenever what makes the rows does
 */
public record Recipe(
    TableName table, Materialization materialization, List<Read> reads, String code) {
  public Recipe {
    reads = List.copyOf(reads);
  }

  public static Recipe of(Job job, String code) {
    return new Recipe(job.writes().name(), job.writes().materialization(), job.reads(), code);
  }

  /** Whether its table is made day by day, so that a day remade touches that day alone. */
  public boolean daily() {
    return materialization instanceof Materialization.Day;
  }

  /** Whether it has one step a night, whichever days changed. */
  public boolean whole() {
    return materialization instanceof Materialization.Whole;
  }

  /** Whether its days lie over each other, so that of a row the last day made is what is seen. */
  boolean layered() {
    return !daily() && !whole() && !reads.isEmpty();
  }

  /** Whether it is made from what is outside of the lake, which has no other day than now. */
  boolean copied() {
    return !daily() && reads.isEmpty();
  }

  /** The first day that a read of {@code day} may see. */
  static LocalDate first(Read read, LocalDate day) {
    return read.daysBefore() == Read.ALL ? LocalDate.MIN : day.minusDays(read.daysBefore());
  }

  /** The last one. */
  static LocalDate last(Read read, LocalDate day) {
    return read.daysAfter() == Read.ALL ? LocalDate.MAX : day.plusDays(read.daysAfter());
  }

  /** Those of the days that a read of {@code day} may see. */
  static SortedSet<LocalDate> seen(Read read, LocalDate day, SortedSet<LocalDate> days) {
    LocalDate last = last(read, day);
    SortedSet<LocalDate> seen = new TreeSet<>(days.tailSet(first(read, day)));
    seen.removeIf(other -> other.isAfter(last));
    return seen;
  }
}
