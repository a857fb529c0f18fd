package dev.sluice.lake.lineage;

import dev.sluice.lake.database.Statements;
import dev.sluice.lake.lineage.Walk.Spot;
import dev.sluice.lake.lineage.Walk.Step;
import dev.sluice.lake.lineage.event.Dataset;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The edges around some datasets, or around some columns. */
final class Edges {
  /** Databases bound how many values a statement takes. */
  private static final int AT_ONCE = 500;

  private final Connection connection;
  private final long since;

  /**
   * @param since older edges are none
   */
  Edges(Connection connection, long since) {
    this.connection = connection;
    this.since = since;
  }

  List<Step> ofDatasets(Collection<Spot> spots, Direction direction, int most) throws SQLException {
    List<Step> steps = new ArrayList<>();
    List<String> keys = spots.stream().map(spot -> spot.dataset().stored()).sorted().toList();
    for (int at = 0; at < keys.size() && steps.size() < most; at += AT_ONCE) {
      List<String> some = keys.subList(at, Math.min(keys.size(), at + AT_ONCE));
      steps.addAll(ofDatasets(some, direction, most - steps.size()));
    }
    return steps;
  }

  private List<Step> ofDatasets(List<String> keys, Direction direction, int most)
      throws SQLException {
    boolean up = direction == Direction.UP;
    List<Object> values = new ArrayList<>();
    values.add(up ? "IN" : "OUT");
    values.add(since);
    values.add(up ? "OUT" : "IN");
    values.add(since);
    values.addAll(keys);
    values.add(most);
    return Statements.list(
        connection,
        """
        SELECT near.dataset, far.dataset, near.job,
          CASE WHEN far.seen < near.seen THEN far.seen ELSE near.seen END
        FROM sluice_lineage_io near
        LEFT JOIN sluice_lineage_io far ON far.job = near.job AND far.way = ? AND far.seen >= ?
        WHERE near.way = ? AND near.seen >= ? AND near.dataset IN %s
        ORDER BY near.dataset, near.job, far.dataset LIMIT ?
        """
            .formatted(Statements.marks(keys.size())),
        row -> step(row, up),
        values.toArray());
  }

  private static Step step(ResultSet row, boolean up) throws SQLException {
    Optional<Spot> near = Optional.of(spot(row.getString(1), ""));
    String other = row.getString(2);
    Optional<Spot> far = other == null ? Optional.empty() : Optional.of(spot(other, ""));
    long seen = row.getLong(4);
    return new Step(up ? far : near, up ? near : far, row.getString(3), "", seen);
  }

  List<Step> ofColumns(Collection<Spot> spots, Direction direction, int most) throws SQLException {
    Map<String, TreeSet<String>> columns = new TreeMap<>();
    for (Spot spot : spots) {
      // What decides about whole rows is where all of their columns come from.
      TreeSet<String> asked =
          columns.computeIfAbsent(spot.dataset().stored(), key -> new TreeSet<>());
      asked.add(spot.column());
      if (direction == Direction.UP) {
        asked.add("");
      }
    }
    List<Step> steps = new ArrayList<>();
    for (Map.Entry<String, TreeSet<String>> each : columns.entrySet()) {
      List<String> all = List.copyOf(each.getValue());
      for (int at = 0; at < all.size() && steps.size() < most; at += AT_ONCE) {
        List<String> some = all.subList(at, Math.min(all.size(), at + AT_ONCE));
        steps.addAll(ofColumns(each.getKey(), some, direction, most - steps.size()));
      }
    }
    return steps;
  }

  private List<Step> ofColumns(String dataset, List<String> columns, Direction direction, int most)
      throws SQLException {
    String near = direction == Direction.UP ? "target" : "source";
    List<Object> values = new ArrayList<>();
    values.add(dataset);
    values.add(since);
    values.addAll(columns);
    values.add(most);
    String some = "AND %s_column IN %s".formatted(near, Statements.marks(columns.size()));
    return origins(near, some, values);
  }

  List<Step> ofAllColumns(Dataset dataset, Direction direction, int most) throws SQLException {
    String near = direction == Direction.UP ? "target" : "source";
    return origins(near, "", List.of(dataset.stored(), since, most));
  }

  private List<Step> origins(String near, String some, List<Object> values) throws SQLException {
    return Statements.list(
        connection,
        """
        SELECT source, source_column, target, target_column, job, transformations, seen
        FROM sluice_lineage_columns
        WHERE %s = ? AND seen >= ? %s
        ORDER BY job, source, source_column, target, target_column LIMIT ?
        """
            .formatted(near, some),
        row ->
            new Step(
                Optional.of(spot(row.getString(1), row.getString(2))),
                Optional.of(spot(row.getString(3), row.getString(4))),
                row.getString(5),
                row.getString(6),
                row.getLong(7)),
        values.toArray());
  }

  private static Spot spot(String dataset, String column) {
    return new Spot(Dataset.stored(dataset), column);
  }
}
