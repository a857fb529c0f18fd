package dev.sluice.lake.catalog;

import dev.sluice.lake.catalog.registry.Kind;
import dev.sluice.lake.catalog.registry.Pointer;
import dev.sluice.lake.catalog.registry.Registry;
import dev.sluice.lake.catalog.registry.Swap;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;

/** One table's pointer, as Iceberg's library sees it. */
final class PointerOperations extends BaseMetastoreTableOperations {
  /** Beyond those of the S3 client. */
  private static final int RETRIES = 2;

  private final TableIdentifier name;
  private final Registry registry;
  private final TableFiles files;
  private final Publisher publisher;
  private boolean committed;

  PointerOperations(
      TableIdentifier name, Registry registry, TableFiles files, Publisher publisher) {
    this.name = name;
    this.registry = registry;
    this.files = files;
    this.publisher = publisher;
  }

  @Override
  protected String tableName() {
    return LakeCatalog.NAME + "." + name;
  }

  @Override
  public FileIO io() {
    return files.io();
  }

  /** A commit that was made and cannot be read back must not look like one that failed. */
  @Override
  public TableMetadata refresh() {
    try {
      return super.refresh();
    } catch (RuntimeException failure) {
      throw committed ? new CommitStateUnknownException(failure) : failure;
    }
  }

  @Override
  protected void doRefresh() {
    Optional<Pointer> found = registry.find(name).filter(pointer -> pointer.kind() == Kind.TABLE);
    if (found.isEmpty()) {
      if (currentMetadataLocation() != null) {
        throw new NoSuchTableException("Table does not exist: %s", name);
      }
      disableRefresh();
      return;
    }
    refreshFromMetadataLocation(found.get().location(), null, RETRIES, files::read);
  }

  @Override
  protected void doCommit(TableMetadata base, TableMetadata metadata) {
    Swap swap = stage(base, metadata).swap();
    boolean there = swap.next().equals(metadata.metadataFileLocation());
    publisher.publish(registry, List.of(swap), there ? List.of() : List.of(swap.next()));
    committed = true;
  }

  /**
   * Writes the metadata's file, which nobody reads before the pointer is changed to it.
   *
   * @param base null when the table is to be made; a table that is registered has its file already
   */
  Staged stage(TableMetadata base, TableMetadata metadata) {
    String next = writeNewMetadataIfRequired(base == null, metadata);
    Swap swap =
        base == null
            ? Swap.create(name, Kind.TABLE, next)
            : Swap.replace(name, Kind.TABLE, base.metadataFileLocation(), next);
    return new Staged(swap, files.written(next, metadata));
  }

  /** A change of a pointer, and the metadata that is true once it is made. */
  record Staged(Swap swap, TableMetadata metadata) {}
}
