package dev.sluice.lake.dataset;

import dev.sluice.lake.database.Database;
import dev.sluice.lake.dataset.DatasetRows.Row;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The datasets that are no tables. One thread counts them, one after the other. */
public final class Datasets implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Datasets.class);
  private static final int ASKING_PATIENCE_SECONDS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Database database;
  private final ObjectSource source;
  private final DatasetSettings settings;
  private final Counting counting;
  private final ReentrantLock turn = new ReentrantLock();
  private final Semaphore due = new Semaphore(0);
  private final Thread counter;
  private volatile boolean stopping;

  private Datasets(
      Database database, ObjectSource source, DatasetSettings settings, InstantSource clock) {
    this.database = database;
    this.source = source;
    this.settings = settings;
    this.counting = new Counting(database, source, settings, clock, () -> stopping);
    this.counter = new Thread(this::count, "datasets");
    counter.setDaemon(true);
  }

  /**
   * What is known of datasets, kept up from now on.
   *
   * @param database shared with others, and closed by whoever opened it, after this
   */
  public static Datasets open(
      Database database, ObjectSource source, DatasetSettings settings, InstantSource clock) {
    DatasetTables.prepare(database);
    Datasets datasets = new Datasets(database, source, settings, clock);
    datasets.counter.start();
    return datasets;
  }

  /** All that are declared, by name. */
  public List<Counted> all() {
    return database.read(
        connection -> {
          DatasetRows rows = rows(connection);
          List<Counted> all = new ArrayList<>();
          for (Row row : rows.all()) {
            all.add(rows.counted(row));
          }
          return all;
        });
  }

  /** A dataset without what it holds, and when that last changed, as far as is known. */
  public record Noted(Declaration declaration, Optional<Instant> changed) {}

  /** All that are declared, by name, at the price of one look. */
  public List<Noted> noted() {
    return database.read(connection -> rows(connection).all()).stream()
        .map(row -> new Noted(row.declaration(), DatasetRows.time(row.changed())))
        .toList();
  }

  /** One, with the store's changes up to now, unless another is being counted for long. */
  public Optional<Counted> find(String name) {
    Optional<Row> stale = database.read(connection -> rows(connection).find(name));
    if (stale.filter(row -> row.state() == Counted.State.FOLLOWED).isPresent()) {
      bring(stale.get());
    }
    return database.read(
        connection -> {
          Optional<Row> row = rows(connection).find(name);
          return row.isEmpty()
              ? Optional.empty()
              : Optional.of(rows(connection).counted(row.get()));
        });
  }

  private void bring(Row row) {
    try {
      if (turn.tryLock(ASKING_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        try {
          counting.bring(row);
        } finally {
          turn.unlock();
        }
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  private DatasetRows rows(Connection connection) {
    return new DatasetRows(connection, settings);
  }

  /** What came of a declaration. */
  enum Declared {
    MADE,
    CHANGED,
    TOO_MANY
  }

  Declared declare(Declaration declaration) {
    Declared declared = write(declaration);
    due.release();
    return declared;
  }

  private Declared write(Declaration declaration) {
    return database.write(
        connection -> {
          DatasetRows rows = rows(connection);
          boolean there = rows.find(declaration.name()).isPresent();
          if (!there && rows.all().size() >= settings.most()) {
            return Declared.TOO_MANY;
          }
          rows.declare(declaration);
          return there ? Declared.CHANGED : Declared.MADE;
        });
  }

  boolean remove(String name) {
    return database.write(connection -> rows(connection).remove(name));
  }

  boolean holds(String bucket) {
    return source.holds(bucket);
  }

  boolean follows() {
    return source.follows();
  }

  /** Places of the store that no dataset speaks of yet. */
  List<ObjectSource.Place> undeclared(int most) {
    List<Declaration> declared = all().stream().map(Counted::declaration).toList();
    return source.places(most).stream()
        .filter(
            place ->
                declared.stream()
                    .noneMatch(
                        one ->
                            one.bucket().equals(place.bucket())
                                && (one.prefix().startsWith(place.prefix())
                                    || place.prefix().startsWith(one.prefix()))))
        .toList();
  }

  private void count() {
    try {
      while (!stopping) {
        round();
        if (due.tryAcquire(settings.follow().toMillis(), TimeUnit.MILLISECONDS)) {
          due.drainPermits();
        }
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  /** One that cannot be counted keeps no other from it, and is tried again. */
  private void round() {
    List<Row> rows;
    try {
      rows = database.read(connection -> rows(connection).all());
    } catch (RuntimeException failure) {
      LOG.warn("the datasets cannot be read", failure);
      return;
    }
    for (Row row : rows) {
      if (stopping) {
        return;
      }
      turn.lock();
      try {
        counting.bring(row);
      } catch (RuntimeException failure) {
        LOG.warn("dataset {} cannot be counted", row.declaration().name(), failure);
      } finally {
        turn.unlock();
      }
    }
  }

  @Override
  public void close() {
    stopping = true;
    due.release();
    try {
      counter.join(PATIENCE.toMillis());
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }
}
