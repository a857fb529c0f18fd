package dev.sluice.lake.dataset;

import dev.sluice.lake.database.Database;
import dev.sluice.lake.dataset.Counted.State;
import dev.sluice.lake.dataset.DatasetRows.Row;
import dev.sluice.lake.dataset.ObjectSource.Entries;
import dev.sluice.lake.dataset.ObjectSource.Entry;
import dev.sluice.lake.dataset.ObjectSource.Lost;
import dev.sluice.lake.dataset.ObjectSource.Touched;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Brings one dataset up to date. A count notes the store's last change before it lists; then the
 * changes since are read. Each touched object is looked at as it is now, so a change that is read
 * twice, or was in the list already, adds nothing: the numbers are those of some moment at or after
 * the position that is kept with them.
 */
final class Counting {
  private final Database database;
  private final ObjectSource source;
  private final DatasetSettings settings;
  private final InstantSource clock;
  private final BooleanSupplier stopping;
  private final Map<String, Long> positions = new HashMap<>();

  Counting(
      Database database,
      ObjectSource source,
      DatasetSettings settings,
      InstantSource clock,
      BooleanSupplier stopping) {
    this.database = database;
    this.source = source;
    this.settings = settings;
    this.clock = clock;
    this.stopping = stopping;
  }

  /** Does what is due. */
  void bring(Row row) {
    if (!source.follows()) {
      if (clock.millis() - row.counted() >= settings.listing().toMillis()) {
        list(row);
      }
    } else if (row.state() == State.FOLLOWED) {
      follow(row);
    } else if (row.state() != State.TOO_LARGE
        || clock.millis() - row.counted() >= settings.listing().toMillis()) {
      count(row);
    }
  }

  private DatasetRows rows(Connection connection) {
    return new DatasetRows(connection, settings);
  }

  /** Whether the dataset is still the one that is being counted; another may have been declared. */
  private boolean same(DatasetRows rows, Row row) throws SQLException {
    return rows.find(row.declaration().name())
        .filter(now -> now.declaration().samePlace(row.declaration()))
        .isPresent();
  }

  private void count(Row row) {
    Declaration declaration = row.declaration();
    String name = declaration.name();
    positions.remove(name);
    long position = source.now();
    database.write(
        connection -> {
          rows(connection).empty(name);
          return true;
        });
    Optional<String> after = Optional.empty();
    long objects = 0;
    long changed = 0;
    do {
      Entries page = source.list(declaration.bucket(), declaration.prefix(), after);
      objects += page.entries().size();
      boolean still =
          database.write(
              connection -> {
                DatasetRows rows = rows(connection);
                if (!same(rows, row)) {
                  return false;
                }
                for (Entry entry : page.entries()) {
                  rows.put(name, entry.key(), Optional.of(entry));
                }
                return true;
              });
      if (!still || stopping.getAsBoolean()) {
        return;
      }
      if (objects > settings.maxObjects()) {
        tooLarge(row);
        return;
      }
      changed =
          page.entries().stream()
              .mapToLong(entry -> entry.modified().toEpochMilli())
              .reduce(changed, Math::max);
      after = page.next();
    } while (after.isPresent());
    stand(row, State.FOLLOWED, changed, position);
  }

  private void tooLarge(Row row) {
    database.write(
        connection -> {
          rows(connection).empty(row.declaration().name());
          return true;
        });
    stand(row, State.TOO_LARGE, 0, -1);
  }

  private void stand(Row row, State state, long changed, long position) {
    database.write(
        connection -> {
          DatasetRows rows = rows(connection);
          if (same(rows, row)) {
            rows.stand(row.declaration().name(), state, clock.millis(), changed, position);
          }
          return true;
        });
  }

  private void follow(Row row) {
    String name = row.declaration().name();
    long position = Math.max(row.position(), positions.getOrDefault(name, -1L));
    long changed = row.changed();
    boolean more = true;
    while (more && !stopping.getAsBoolean()) {
      ObjectSource.Changes changes =
          source.after(row.declaration().bucket(), row.declaration().prefix(), position);
      if (changes instanceof Lost) {
        stand(row, State.COUNTING, 0, -1);
        positions.remove(name);
        return;
      }
      Touched touched = (Touched) changes;
      position = touched.next();
      if (!touched.keys().isEmpty()) {
        changed = touched.last().map(last -> last.toEpochMilli()).orElse(changed);
        apply(row, touched, changed);
      }
      more = touched.more();
    }
    // What touches nothing here is not written down: to read it again does no harm.
    positions.put(name, position);
  }

  private void apply(Row row, Touched touched, long changed) {
    String name = row.declaration().name();
    Map<String, Optional<Entry>> now = new TreeMap<>();
    touched.keys().forEach(key -> now.put(key, source.find(row.declaration().bucket(), key)));
    database.write(
        connection -> {
          DatasetRows rows = rows(connection);
          if (same(rows, row)) {
            for (Map.Entry<String, Optional<Entry>> each : now.entrySet()) {
              rows.put(name, each.getKey(), each.getValue());
            }
            rows.stand(name, State.FOLLOWED, clock.millis(), changed, touched.next());
          }
          return true;
        });
  }

  /** Counts without keeping the objects: the next list replaces all of it. */
  private void list(Row row) {
    Declaration declaration = row.declaration();
    Map<String, long[]> kinds = new TreeMap<>();
    Optional<String> after = Optional.empty();
    long changed = 0;
    long objects = 0;
    do {
      Entries page = source.list(declaration.bucket(), declaration.prefix(), after);
      for (Entry entry : page.entries()) {
        String kind = ContentKind.of(entry);
        String known = kinds.containsKey(kind) || kinds.size() < settings.types() ? kind : "other";
        long[] sum = kinds.computeIfAbsent(known, key -> new long[2]);
        sum[0]++;
        sum[1] += entry.size();
        changed = Math.max(changed, entry.modified().toEpochMilli());
      }
      objects += page.entries().size();
      if (stopping.getAsBoolean()) {
        return;
      }
      if (objects > settings.maxObjects()) {
        tooLarge(row);
        return;
      }
      after = page.next();
    } while (after.isPresent());
    long last = changed;
    database.write(
        connection -> {
          DatasetRows rows = rows(connection);
          if (same(rows, row)) {
            rows.empty(declaration.name());
            for (Map.Entry<String, long[]> kind : kinds.entrySet()) {
              long[] sum = kind.getValue();
              rows.add(declaration.name(), new Counted.Type(kind.getKey(), sum[0], sum[1]));
            }
            rows.stand(declaration.name(), State.LISTED, clock.millis(), last, -1);
          }
          return true;
        });
  }
}
