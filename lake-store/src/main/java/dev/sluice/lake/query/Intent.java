package dev.sluice.lake.query;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;

/**
 * What a query means and wants, found out before any of its files is touched.
 *
 * @param sql the query, pointed to where its tables stand
 * @param relations what it reads, each after what it reads itself
 * @param demands what it wants of each of them
 * @param listed what else stands in the catalog, where the query asks what there is
 * @param columns of its answer, if the planner could tell
 * @param timing whether what it means depends on when it runs
 */
record Intent(
    String sql,
    List<Relation> relations,
    List<Demand> demands,
    Map<Place, Schema> listed,
    Optional<List<Column>> columns,
    Timing timing) {

  /** How the time matters to a query. */
  enum Timing {
    /** It means the same at any time. */
    ANY_TIME,
    /** It asks what time it is. */
    ITS_TIME,
    /** It asks, and the planner could make nothing of it. */
    NOT_PLANNED
  }

  Intent {
    relations = List.copyOf(relations);
    demands = List.copyOf(demands);
    listed = Collections.unmodifiableMap(new LinkedHashMap<>(listed));
    columns = columns.map(List::copyOf);
  }

  /** A query that reads nothing. */
  static Intent of(String sql) {
    return new Intent(sql, List.of(), List.of(), Map.of(), Optional.empty(), Timing.ANY_TIME);
  }
}
