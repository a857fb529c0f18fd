package dev.sluice.lake.catalog;

import dev.sluice.lake.catalog.registry.Kind;
import dev.sluice.lake.catalog.registry.Pointer;
import dev.sluice.lake.catalog.registry.Registry;
import dev.sluice.lake.catalog.registry.Swap;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.view.BaseViewOperations;
import org.apache.iceberg.view.ViewMetadata;

/** One view's pointer, as Iceberg's library sees it. */
final class ViewOperations extends BaseViewOperations {
  private static final int RETRIES = 2;

  private final TableIdentifier name;
  private final Registry registry;
  private final TableFiles files;
  private final Publisher publisher;

  ViewOperations(TableIdentifier name, Registry registry, TableFiles files, Publisher publisher) {
    this.name = name;
    this.registry = registry;
    this.files = files;
    this.publisher = publisher;
  }

  @Override
  protected String viewName() {
    return LakeCatalog.NAME + "." + name;
  }

  @Override
  protected FileIO io() {
    return files.io();
  }

  @Override
  protected void doRefresh() {
    Optional<Pointer> found = registry.find(name).filter(pointer -> pointer.kind() == Kind.VIEW);
    if (found.isEmpty()) {
      if (currentMetadataLocation() != null) {
        throw new NoSuchViewException("View does not exist: %s", name);
      }
      disableRefresh();
      return;
    }
    refreshFromMetadataLocation(found.get().location(), null, RETRIES);
  }

  @Override
  protected void doCommit(ViewMetadata base, ViewMetadata metadata) {
    String next = writeNewMetadataIfRequired(metadata);
    Swap swap =
        base == null
            ? Swap.create(name, Kind.VIEW, next)
            : Swap.replace(name, Kind.VIEW, base.metadataFileLocation(), next);
    boolean there = next.equals(metadata.metadataFileLocation());
    publisher.publish(registry, List.of(swap), there ? List.of() : List.of(next));
  }
}
