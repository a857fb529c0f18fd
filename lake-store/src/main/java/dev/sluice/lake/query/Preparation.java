package dev.sluice.lake.query;

import dev.sluice.lake.query.Intent.Timing;
import dev.sluice.lake.query.QueryOutcome.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Gets one query ready to run in a sandbox: has Iceberg choose the files that the query can want,
 * holds those in place, locks the sandbox, and only then makes the views over them.
 */
final class Preparation {
  private final QuerySettings settings;
  private final FieldIds fieldIds;
  private final SnapshotFiles snapshots;
  private final HeldFiles held;
  private final Delivery delivery;
  private final List<Path> data = new ArrayList<>();
  private final Map<Place, String> views = new LinkedHashMap<>();
  private long skipped;

  /**
   * A query that can be run.
   *
   * @param sql what to run: the query, pointed to where its tables stand
   * @param columns of its answer, if they are known
   * @param files the data files that it reads
   * @param tables whose rows it reads, each with the columns it looks at
   */
  record Ready(
      String sql,
      Optional<List<Column>> columns,
      FilesRead files,
      Map<TableIdentifier, Set<String>> tables) {
    Ready {
      tables = Map.copyOf(tables);
    }
  }

  Preparation(
      QuerySettings settings,
      FieldIds fieldIds,
      SnapshotFiles snapshots,
      HeldFiles held,
      Delivery delivery) {
    this.settings = settings;
    this.fieldIds = fieldIds;
    this.snapshots = snapshots;
    this.held = held;
    this.delivery = delivery;
  }

  Ready prepare(Sandbox sandbox, Intent intent)
      throws RefusedQueryException, SQLException, IOException {
    List<Relation> relations = intent.relations();
    List<Demand> demands = intent.demands();
    if (intent.timing() == Timing.ITS_TIME) {
      // The planner has seen that it opens nothing. Now it is planned in the time it will run in.
      demands = sandbox.forecast(intent.sql(), delivery.enough(), relations);
    }
    Map<TableIdentifier, Set<String>> tables = new HashMap<>();
    for (int i = 0; i < relations.size(); i++) {
      Relation relation = relations.get(i);
      Demand demand = demands.get(i);
      delivery.check();
      if (relation instanceof Relation.TableState state) {
        tables.computeIfAbsent(state.identifier(), any -> new HashSet<>()).addAll(demand.columns());
        table(sandbox, state, demand, i);
      } else if (relation instanceof Relation.Listed listed) {
        listed(sandbox, listed, demand);
      }
    }
    List<Path> opened = new ArrayList<>(held.paths());
    opened.addAll(delivery.writes());
    if (!delivery.writes().isEmpty()) {
      sandbox.writeAtOnce();
    }
    sandbox.lock(opened);
    for (Relation relation : relations) {
      if (relation instanceof Relation.Derived derived) {
        sandbox.add(derived);
      } else if (views.containsKey(relation.place())) {
        sandbox.add(relation.place(), views.get(relation.place()));
      }
    }
    for (Map.Entry<Place, Schema> other : intent.listed().entrySet()) {
      sandbox.addIfAbsent(other.getKey(), TableView.empty(other.getValue()));
    }
    if (intent.timing() == Timing.ANY_TIME) {
      sandbox.settle();
    }
    return new Ready(intent.sql(), intent.columns(), new FilesRead(data, skipped), tables);
  }

  private void table(Sandbox sandbox, Relation.TableState state, Demand demand, int number)
      throws RefusedQueryException, SQLException, IOException {
    PlannedTable table =
        PlannedTable.plan(state, demand, settings.maxFiles() - data.size(), snapshots);
    skipped += table.skipped();
    List<Path> paths = sandbox.admit(held.hold(table));
    TableView view =
        new TableView(table, paths, fieldIds.readings(sandbox.connection(), table, paths));
    Optional<Deletions> deletions =
        view.hasDeletes() ? Optional.of(deletions(sandbox, table, view, number)) : Optional.empty();
    views.put(state.place(), view.query(deletions));
    data.addAll(paths);
  }

  private Deletions deletions(Sandbox sandbox, PlannedTable table, TableView view, int number)
      throws RefusedQueryException, SQLException, IOException {
    long bytes = Deletions.bytes(table);
    if (bytes > settings.maxDeletes().bytes()) {
      throw new RefusedQueryException(
          Reason.NOT_ALLOWED,
          table.state().shown()
              + " has "
              + bytes
              + " bytes of delete files where the query reads, more than "
              + settings.maxDeletes().bytes()
              + " (sql.max-deletes); compact the table");
    }
    List<DeleteFile> equality = Deletions.equality(table);
    Map<String, Path> deleted = new HashMap<>();
    List<Path> local = sandbox.admit(held.hold(table.state(), equality));
    for (int i = 0; i < equality.size(); i++) {
      deleted.put(equality.get(i).location(), local.get(i));
    }
    Deletions loaded = new Deletions(sandbox.connection(), table, number, deleted);
    loaded.load(view.deletedFrom());
    return loaded;
  }

  private void listed(Sandbox sandbox, Relation.Listed listed, Demand demand)
      throws RefusedQueryException, SQLException, IOException {
    if (demand.nothing()) {
      views.put(listed.place(), TableView.empty(ListedRows.readable(listed.schema())));
    } else {
      ListedRows.make(sandbox.connection(), listed, settings.maxListed());
    }
  }
}
