package dev.sluice.lake.catalog;

import java.util.function.Supplier;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/**
 * One table's pointer, told honestly: a failure that does not prove the commit was not made is said
 * to be unknown. That includes a commit that was made and whose result could not be read back,
 * which would otherwise look to the client like a failed one.
 */
final class HonestOperations implements TableOperations {
  private final TableOperations pointer;
  private final CommitMeter meter;
  private boolean committed;

  HonestOperations(TableOperations pointer, CommitMeter meter) {
    this.pointer = pointer;
    this.meter = meter;
  }

  @Override
  public TableMetadata current() {
    return read(pointer::current);
  }

  @Override
  public TableMetadata refresh() {
    return read(pointer::refresh);
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    long start = System.nanoTime();
    try {
      pointer.commit(base, metadata);
      committed = true;
      meter.committed(start);
    } catch (CommitFailedException | AlreadyExistsException conflict) {
      meter.conflict(start);
      throw conflict;
    } catch (ValidationException | NoSuchNamespaceException | IllegalArgumentException refused) {
      meter.refused(start);
      throw refused;
    } catch (RuntimeException unknown) {
      meter.unknown(start);
      throw asUnknown(unknown);
    }
  }

  private TableMetadata read(Supplier<TableMetadata> reading) {
    try {
      return reading.get();
    } catch (RuntimeException failure) {
      throw committed ? asUnknown(failure) : failure;
    }
  }

  private static CommitStateUnknownException asUnknown(RuntimeException failure) {
    return failure instanceof CommitStateUnknownException unknown
        ? unknown
        : new CommitStateUnknownException(failure);
  }

  @Override
  public FileIO io() {
    return pointer.io();
  }

  @Override
  public EncryptionManager encryption() {
    return pointer.encryption();
  }

  @Override
  public String metadataFileLocation(String fileName) {
    return pointer.metadataFileLocation(fileName);
  }

  @Override
  public LocationProvider locationProvider() {
    return pointer.locationProvider();
  }

  @Override
  public TableOperations temp(TableMetadata uncommitted) {
    return pointer.temp(uncommitted);
  }

  @Override
  public long newSnapshotId() {
    return pointer.newSnapshotId();
  }

  @Override
  public boolean requireStrictCleanup() {
    return pointer.requireStrictCleanup();
  }
}
