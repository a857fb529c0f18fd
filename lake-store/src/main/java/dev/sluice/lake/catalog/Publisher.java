package dev.sluice.lake.catalog;

import dev.sluice.lake.catalog.registry.Kind;
import dev.sluice.lake.catalog.registry.Outcome;
import dev.sluice.lake.catalog.registry.Receipt;
import dev.sluice.lake.catalog.registry.Registry;
import dev.sluice.lake.catalog.registry.Swap;
import dev.sluice.lake.database.DatabaseException;
import java.util.List;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes changes of pointers true, and tells their outcome by Iceberg's exceptions, which are named
 * by what the caller may do. Only what is proven not to be made is said to have failed.
 */
final class Publisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

  private final TableFiles files;
  private final CommitMeter meter;
  private final Purger purger;

  /**
   * @param purger closed with this
   */
  Publisher(TableFiles files, CommitMeter meter, Purger purger) {
    this.files = files;
    this.meter = meter;
    this.purger = purger;
  }

  /** A table was dropped with its files, which are removed by and by. */
  void purge() {
    purger.wake();
  }

  @Override
  public void close() {
    purger.close();
  }

  /**
   * Changes all of the pointers or none.
   *
   * @param written metadata files made for this change: removed when it is not made
   */
  void publish(Registry registry, List<Swap> swaps, List<String> written) {
    long start = System.nanoTime();
    Outcome outcome;
    try {
      outcome = registry.swap(swaps);
    } catch (DatabaseException.Unknown unknown) {
      meter.unknown(start);
      throw new CommitStateUnknownException(unknown);
    } catch (DatabaseException | Receipt.Doubled notMade) {
      meter.refused(start);
      remove(written);
      throw notMade;
    }
    if (outcome instanceof Outcome.Done) {
      meter.committed(start);
      return;
    }
    remove(written);
    if (outcome instanceof Outcome.NoNamespace) {
      meter.refused(start);
    } else {
      meter.conflict(start);
    }
    throw told(outcome, swaps.get(0));
  }

  private static RuntimeException told(Outcome outcome, Swap first) {
    if (outcome instanceof Outcome.Moved moved) {
      return new CommitFailedException(
          "%s was changed by another commit in the meantime", moved.name());
    }
    if (outcome instanceof Outcome.Taken taken) {
      boolean other = first.kind() != taken.kind();
      return new AlreadyExistsException(
          "%s%s already exists: %s",
          noun(taken.kind()), other ? " with same name" : "", taken.name());
    }
    if (outcome instanceof Outcome.NoNamespace none) {
      return new NoSuchNamespaceException(
          "Cannot create %s. Namespace does not exist: %s", first.name(), none.namespace());
    }
    return new IllegalStateException("a change of pointers ended with " + outcome);
  }

  static String noun(Kind kind) {
    return kind == Kind.TABLE ? "Table" : "View";
  }

  void remove(List<String> written) {
    for (String location : written) {
      try {
        files.io().deleteFile(location);
      } catch (RuntimeException left) {
        LOG.warn("{} belongs to no table and could not be removed", location, left);
      }
    }
  }
}
