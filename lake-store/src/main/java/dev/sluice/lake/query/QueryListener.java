package dev.sluice.lake.query;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.catalog.TableIdentifier;

/** Is told of queries that were answered, on the thread that answered: it must return at once. */
public interface QueryListener {
  /**
   * A query that was answered.
   *
   * @param tables whose rows it read, each with the columns it looked at
   */
  record AnsweredQuery(
      String caller,
      String sql,
      Map<TableIdentifier, Set<String>> tables,
      Duration took,
      long rows) {
    public AnsweredQuery {
      tables = Map.copyOf(tables);
    }
  }

  void answered(AnsweredQuery query);
}
