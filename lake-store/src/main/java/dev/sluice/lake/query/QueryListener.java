package dev.sluice.lake.query;

import java.time.Duration;
import java.util.Set;

/** Is told of queries that were answered, on the thread that answered: it must return at once. */
public interface QueryListener {
  /**
   * A query that was answered.
   *
   * @param tables whose rows it read, as {@code lake.gold.sessions}
   */
  record AnsweredQuery(String caller, String sql, Set<String> tables, Duration took, long rows) {
    public AnsweredQuery {
      tables = Set.copyOf(tables);
    }
  }

  void answered(AnsweredQuery query);
}
