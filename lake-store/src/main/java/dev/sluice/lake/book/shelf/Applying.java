package dev.sluice.lake.book.shelf;

import dev.sluice.lake.book.fact.Column;
import dev.sluice.lake.book.fact.Difference;
import dev.sluice.lake.book.fact.Difference.What;
import dev.sluice.lake.book.fact.Differences;
import dev.sluice.lake.book.fact.Facts;
import dev.sluice.lake.book.fact.Point;
import dev.sluice.lake.book.fact.SchemaVersion;
import dev.sluice.lake.book.said.Said;
import dev.sluice.lake.book.shelf.Harvest.Dropped;
import dev.sluice.lake.book.shelf.Harvest.Renamed;
import dev.sluice.lake.book.shelf.Harvest.Unreadable;
import dev.sluice.lake.book.shelf.Harvest.Wrote;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Writes harvested changes into pages. The numbers of the last changes are kept, in the same
 * transaction, so one that comes again, or by another server of the same database, is passed over.
 */
final class Applying {
  /** Many times what any reader has before it at once. */
  private static final long REMEMBERED = 20_000;

  private final Connection connection;
  private final ShelfLimits limits;

  Applying(Connection connection, ShelfLimits limits) {
    this.connection = connection;
    this.limits = limits;
  }

  /** The pages it touched. */
  List<Long> apply(Harvest harvest) throws SQLException {
    if (harvest.logged() && !news(harvest.change())) {
      return List.of();
    }
    Page page = page(harvest);
    if (harvest.event() instanceof Wrote wrote) {
      wrote(page, harvest, wrote);
    } else if (harvest.event() instanceof Unreadable unreadable) {
      if (unreadable.made()) {
        Pages.made(connection, page.id(), harvest);
      }
      Pages.trouble(connection, page.id(), harvest, unreadable);
    } else if (harvest.event() instanceof Renamed renamed) {
      return renamed(page, harvest, renamed.to());
    } else if (harvest.event() instanceof Dropped) {
      Pages.drop(connection, page.id(), harvest);
      add(
          page,
          harvest,
          schemaId(page),
          List.of(Difference.whole(What.DROPPED, "", "", "dropped")));
    }
    return List.of(page.id());
  }

  private boolean news(long change) throws SQLException {
    if (change % REMEMBERED == 0) {
      Statements.update(
          connection, "DELETE FROM sluice_book_applied WHERE number < ?", change - REMEMBERED);
    }
    return Statements.update(
            connection,
            "INSERT INTO sluice_book_applied (number) VALUES (?) ON CONFLICT DO NOTHING",
            change)
        == 1;
  }

  private Page page(Harvest harvest) throws SQLException {
    Optional<Page> there = Pages.find(connection, harvest.name());
    return there.isPresent() ? there.get() : Pages.make(connection, harvest);
  }

  private void wrote(Page page, Harvest harvest, Wrote wrote) throws SQLException {
    Facts facts = wrote.readout().facts();
    boolean another = page.facts().isPresent() && !page.facts().get().uuid().equals(facts.uuid());
    if (another) {
      follow(page, facts);
      Histories.forgetSchemas(connection, page.id());
    }
    List<Difference> differences = new ArrayList<>();
    if (wrote.made()) {
      Pages.made(connection, page.id(), harvest);
      differences.add(
          Difference.whole(What.CREATED, "", "", "created with " + count(facts.columns())));
    } else if (!harvest.logged() && page.facts().isEmpty()) {
      found(page, harvest, wrote.readout());
      differences.add(Difference.whole(What.FOUND, "", "", "found with " + count(facts.columns())));
    }
    if (page.facts().isPresent() && !wrote.made()) {
      differences.addAll(Differences.between(page.facts().get(), facts));
    }
    add(page, harvest, facts.schemaId(), engine(wrote), differences);
    Instant since = wrote.made() || harvest.logged() ? harvest.at() : Instant.EPOCH;
    if (!Histories.knows(connection, page.id(), facts.schemaId())) {
      SchemaVersion version = new SchemaVersion(facts.schemaId(), 0, facts.columns());
      Histories.schema(connection, page.id(), version, since, harvest.by());
    }
    grow(page, harvest, wrote);
    Pages.write(connection, page.id(), harvest, facts, wrote.metadata());
  }

  /** What came to be before the book was there: nobody knows who, and when only by snapshots. */
  private void found(Page page, Harvest harvest, Harvest.Readout readout) throws SQLException {
    List<SchemaVersion> versions = readout.schemas();
    for (int i = 0; i < versions.size(); i++) {
      SchemaVersion version = versions.get(i);
      Instant since = Instant.ofEpochMilli(version.since());
      Histories.schema(connection, page.id(), version, since, "");
      if (i > 0) {
        List<Difference> differences =
            Differences.ofColumns(versions.get(i - 1).columns(), version.columns());
        Instant at = version.since() == 0 ? harvest.at() : since;
        Histories.add(connection, page.id(), at, "", "", version.id(), differences);
      }
    }
  }

  private void grow(Page page, Harvest harvest, Wrote wrote) throws SQLException {
    long known = page.facts().map(Facts::snapshotId).orElse(0L);
    List<Point> points =
        wrote.readout().points().stream()
            .takeWhile(point -> known == 0 || point.snapshotId() != known)
            .toList();
    Trends.add(connection, page.id(), points, limits.snapshots());
    if (points.isEmpty()) {
      return;
    }
    if (harvest.logged()) {
      Point newest = points.get(0);
      Trends.writer(
          connection,
          page.id(),
          harvest.by(),
          newest.engine(),
          newest.application(),
          harvest.at().toEpochMilli());
      Trends.forgetWriters(connection, page.id(), limits.writers());
    } else {
      for (Point point : points) {
        if (!point.engine().isEmpty() || !point.application().isEmpty()) {
          Trends.writer(connection, page.id(), "", point.engine(), point.application(), point.at());
        }
      }
      Trends.forgetWriters(connection, page.id(), limits.writers());
    }
  }

  private static String engine(Wrote wrote) {
    return wrote.readout().points().stream().findFirst().map(Point::engine).orElse("");
  }

  private List<Long> renamed(Page page, Harvest harvest, TableIdentifier to) throws SQLException {
    List<Long> touched = new ArrayList<>(List.of(page.id()));
    Optional<Page> other = Pages.find(connection, to);
    if (other.isPresent()) {
      // The catalog gives no name twice: what has it here was dropped, or is renamed further on.
      Pages.remove(connection, other.get().id());
      touched.add(other.get().id());
    }
    Pages.rename(connection, page.id(), to);
    String text = "renamed from " + harvest.name() + " to " + to;
    Difference renamed =
        Difference.whole(What.RENAMED, harvest.name().toString(), to.toString(), text);
    add(page, harvest, schemaId(page), List.of(renamed));
    return touched;
  }

  private static int schemaId(Page page) {
    return page.facts().map(Facts::schemaId).orElse(0);
  }

  private void add(Page page, Harvest harvest, int schemaId, List<Difference> differences)
      throws SQLException {
    add(page, harvest, schemaId, "", differences);
  }

  private void add(
      Page page, Harvest harvest, int schemaId, String engine, List<Difference> differences)
      throws SQLException {
    Histories.add(connection, page.id(), harvest.at(), harvest.by(), engine, schemaId, differences);
    if (!differences.isEmpty()) {
      Histories.forget(connection, page.id(), limits.history());
    }
  }

  /** Another table has the name now: what was said of a column holds for its namesake. */
  private void follow(Page page, Facts facts) throws SQLException {
    Map<Integer, String> old = new HashMap<>();
    page.facts().orElseThrow().columns().forEach(column -> old.put(column.id(), column.path()));
    Map<String, Integer> now = new HashMap<>();
    facts.columns().forEach(column -> now.put(column.path(), column.id()));
    List<Said> sayings = Sayings.of(connection, page.id());
    for (Said said : sayings) {
      if (said.column() != Said.TABLE) {
        Sayings.remove(connection, page.id(), said.column(), said.field());
      }
    }
    for (Said said : sayings) {
      Optional<Integer> column =
          Optional.ofNullable(old.get(said.column())).map(path -> now.getOrDefault(path, null));
      if (said.column() != Said.TABLE && column.isPresent()) {
        Said same = new Said(column.get(), said.field(), said.value(), said.at(), said.by());
        Sayings.put(connection, page.id(), same);
      }
    }
  }

  private static String count(List<Column> columns) {
    return columns.size() == 1 ? "1 column" : columns.size() + " columns";
  }
}
