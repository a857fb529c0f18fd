package dev.sluice.lake.book.shelf;

import dev.sluice.lake.book.fact.Column;
import dev.sluice.lake.book.fact.Point;
import dev.sluice.lake.book.fact.SchemaVersion;
import dev.sluice.lake.book.said.Edit;
import dev.sluice.lake.book.said.Field;
import dev.sluice.lake.book.said.Said;
import dev.sluice.lake.book.said.Say;
import dev.sluice.lake.database.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.iceberg.catalog.TableIdentifier;

/** Everything the book keeps, in a database that others may share. */
public final class Shelf {
  private static final int KEY_BYTES = 32;

  private final Database database;
  private final ShelfLimits limits;

  private Shelf(Database database, ShelfLimits limits) {
    this.database = database;
    this.limits = limits;
  }

  /**
   * Opens what is kept so far.
   *
   * @param database closed by whoever opened it
   */
  public static Shelf open(Database database, ShelfLimits limits) {
    Tables.prepare(database);
    return new Shelf(database, limits);
  }

  /** Writes changes into their pages, in one transaction. */
  public void apply(List<Harvest> harvests) {
    database.write(
        connection -> {
          long turn = Turns.take(connection);
          Applying applying = new Applying(connection, limits);
          Set<Long> touched = new LinkedHashSet<>();
          boolean dropped = false;
          for (Harvest harvest : harvests) {
            touched.addAll(applying.apply(harvest));
            dropped |= harvest.event() instanceof Harvest.Dropped;
          }
          if (dropped) {
            for (long forgotten : Pages.forgotten(connection, limits.dropped())) {
              Pages.remove(connection, forgotten);
              touched.add(forgotten);
            }
          }
          Turns.touch(connection, turn, touched);
          return true;
        });
  }

  /** The number of the last writing, whichever server did it. */
  public long turn() {
    return database.read(Turns::last);
  }

  /**
   * What was written after a turn.
   *
   * @param turn up to which this is complete; it may hold some of what came later
   * @param pages not as they were; nothing where only reading all anew can tell
   */
  public record News(long turn, Optional<List<Long>> pages) {}

  public News after(long turn) {
    return database.read(
        connection -> new News(Turns.last(connection), Turns.after(connection, turn)));
  }

  /** Which of these changes are in the book. */
  public Set<Long> applied(Collection<Long> changes) {
    return database.read(
        connection -> {
          Set<Long> known = new LinkedHashSet<>();
          for (long change : changes) {
            known.addAll(
                Statements.list(
                    connection,
                    "SELECT number FROM sluice_book_applied WHERE number = ?",
                    row -> row.getLong(1),
                    change));
          }
          return known;
        });
  }

  /** A page and what is said of it. */
  public record Volume(Page page, List<Said> said) {
    public Volume {
      said = List.copyOf(said);
    }
  }

  public List<Volume> all() {
    return database.read(
        connection -> {
          Map<Long, List<Said>> said = Sayings.all(connection);
          return Pages.all(connection).stream()
              .map(page -> new Volume(page, said.getOrDefault(page.id(), List.of())))
              .toList();
        });
  }

  public Optional<Volume> find(long page) {
    return database.read(connection -> volume(connection, Pages.find(connection, page)));
  }

  public Optional<Volume> find(TableIdentifier name) {
    return database.read(connection -> volume(connection, Pages.find(connection, name)));
  }

  private static Optional<Volume> volume(Connection connection, Optional<Page> page)
      throws SQLException {
    return page.isEmpty()
        ? Optional.empty()
        : Optional.of(new Volume(page.get(), Sayings.of(connection, page.get().id())));
  }

  /** Those before a number, the newest first. */
  public List<HistoryEntry> history(long page, Optional<Long> before, int limit) {
    return database.read(connection -> Histories.list(connection, page, before, limit));
  }

  public List<SchemaVersion> schemas(long page) {
    return database.read(connection -> Histories.schemas(connection, page));
  }

  /**
   * The newest first.
   *
   * @param grain {@code snapshot}, {@code hour} or {@code day}
   */
  public List<Point> trend(long page, String grain, int limit) {
    Trends.Grain asked = Trends.Grain.valueOf(grain.toUpperCase(Locale.ROOT));
    return database.read(connection -> Trends.list(connection, page, asked, limit));
  }

  public List<Writer> writers(long page) {
    return database.read(connection -> Trends.writers(connection, page));
  }

  public List<EditEntry> edits(long page, Optional<Long> before, int limit) {
    return database.read(connection -> Sayings.edits(connection, page, before, limit));
  }

  /**
   * Writes down what somebody says.
   *
   * @param columns those named in the edit, by path
   * @return what it changed; nothing where it says what was said
   */
  public Optional<EditEntry> edit(
      long page, Map<String, Column> columns, Edit edit, String by, Instant at) {
    return database.write(
        connection -> {
          long turn = Turns.take(connection);
          List<Said> said = Sayings.of(connection, page);
          List<EditEntry.Item> items = new ArrayList<>();
          for (Map.Entry<Field, Say> each : edit.table().entrySet()) {
            Spot spot = new Spot(page, Said.TABLE, "", each.getKey());
            put(connection, spot, said, each.getValue(), by, at).ifPresent(items::add);
          }
          for (Map.Entry<String, Map<Field, Say>> column : edit.columns().entrySet()) {
            Column named = Objects.requireNonNull(columns.get(column.getKey()));
            for (Map.Entry<Field, Say> each : column.getValue().entrySet()) {
              Spot spot = new Spot(page, named.id(), named.path(), each.getKey());
              put(connection, spot, said, each.getValue(), by, at).ifPresent(items::add);
            }
          }
          if (items.isEmpty()) {
            return Optional.empty();
          }
          Turns.touch(connection, turn, List.of(page));
          EditEntry entry = new EditEntry(0, at, by, items);
          long number = Sayings.log(connection, page, entry);
          return Optional.of(new EditEntry(number, at, by, items));
        });
  }

  private record Spot(long page, int column, String path, Field field) {}

  private static Optional<EditEntry.Item> put(
      Connection connection, Spot spot, List<Said> present, Say say, String by, Instant at)
      throws SQLException {
    Optional<String> before =
        present.stream()
            .filter(said -> said.column() == spot.column() && said.field() == spot.field())
            .map(Said::value)
            .findFirst();
    Optional<String> after = say.after(before);
    if (after.equals(before)) {
      return Optional.empty();
    }
    if (after.isPresent()) {
      Said said = new Said(spot.column(), spot.field(), after.get(), at, by);
      Sayings.put(connection, spot.page(), said);
    } else {
      Sayings.remove(connection, spot.page(), spot.column(), spot.field());
    }
    return Optional.of(
        new EditEntry.Item(spot.path(), spot.field().word(), before.orElse(""), after.orElse("")));
  }

  /** The key that hashes are made with; made at the first start. */
  public byte[] key(RandomGenerator random) {
    return database.write(
        connection -> {
          byte[] fresh = new byte[KEY_BYTES];
          random.nextBytes(fresh);
          Statements.update(
              connection,
              "INSERT INTO sluice_book_key (id, secret) VALUES (1, ?) ON CONFLICT DO NOTHING",
              (Object) fresh);
          return Statements.first(
                  connection,
                  "SELECT secret FROM sluice_book_key WHERE id = 1",
                  row -> row.getBytes(1))
              .orElseThrow();
        });
  }
}
