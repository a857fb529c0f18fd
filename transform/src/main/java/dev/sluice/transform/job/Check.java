package dev.sluice.transform.job;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What must hold of a table's rows before anybody sees them.
 *
 * @param name once only within its table: {@code unique(session_id)}
 */
public record Check(String name, Rule rule, Severity severity) {
  /** What a broken rule does. */
  public enum Severity {
    /** The old rows stay. */
    ERROR,
    /** The new rows are published, and the breach is told. */
    WARN
  }

  /** What is asked of the rows that a run makes. */
  public sealed interface Rule {}

  /** The column has a value in every row. */
  public record NotNull(String column) implements Rule {}

  /** No two rows have the same values here. */
  public record Unique(List<String> columns) implements Rule {
    public Unique {
      columns = List.copyOf(columns);
    }
  }

  /** The column is empty or one of these. */
  public record Accepted(String column, List<String> values) implements Rule {
    public Accepted {
      values = List.copyOf(values);
    }
  }

  /** The column is empty or within these bounds, which are SQL expressions. */
  public record Range(String column, Optional<String> least, Optional<String> greatest)
      implements Rule {}

  /** The number of rows is no further than this share from the mean of the runs before. */
  public record RowCount(double mostChange) implements Rule {}

  /** The newest value of the column is no older than this at the end of the day. */
  public record Fresh(String column, Duration mostAge) implements Rule {}

  /** Each value of the column is found in the other table. */
  public record Refers(String column, TableName table, String to) implements Rule {}

  /** The column's distribution is like that of the days before: population stability index. */
  public record Drift(String column, double mostIndex) implements Rule {}

  /** The condition, in SQL, is true of every row. */
  public record Holds(String condition) implements Rule {}

  /** The query, in SQL over the view {@code rows}, finds nothing. */
  public record Finds(String query) implements Rule {}

  public static Check notNull(String column) {
    return new Check("not_null(" + column + ")", new NotNull(column), Severity.ERROR);
  }

  public static Check unique(String... columns) {
    return new Check(
        "unique(" + String.join(", ", columns) + ")", new Unique(List.of(columns)), Severity.ERROR);
  }

  public static Check holds(String name, String condition) {
    return new Check(name, new Holds(condition), Severity.ERROR);
  }

  /** The same, but a breach is only told. */
  public Check warns() {
    return new Check(name, rule, Severity.WARN);
  }
}
