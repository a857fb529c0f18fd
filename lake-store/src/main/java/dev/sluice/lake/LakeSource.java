package dev.sluice.lake;

import dev.sluice.lake.book.Source;
import dev.sluice.lake.catalog.LakeCatalog;
import dev.sluice.lake.catalog.registry.Change;
import dev.sluice.lake.catalog.registry.ChangeLog;
import dev.sluice.lake.catalog.registry.Deed;
import dev.sluice.lake.catalog.registry.Standing;
import java.util.Collection;
import java.util.List;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.view.ViewMetadata;

/** The catalog, as the book reads it. */
final class LakeSource implements Source {
  private final LakeCatalog catalog;
  private final ChangeLog log;

  LakeSource(LakeCatalog catalog) {
    this.catalog = catalog;
    this.log = catalog.log();
  }

  @Override
  public List<Change> changes(int limit) {
    return log.changes(limit);
  }

  @Override
  public List<Long> waiting(int limit) {
    return log.numbers(limit);
  }

  @Override
  public List<Change> renames(int limit) {
    return log.changes(Deed.RENAME, limit);
  }

  @Override
  public void remove(Collection<Long> numbers) {
    log.remove(numbers);
  }

  @Override
  public List<Standing> standing() {
    return log.standing();
  }

  @Override
  public TableMetadata table(String location) {
    return catalog.tableMetadata(location);
  }

  @Override
  public ViewMetadata view(String location) {
    return catalog.viewMetadata(location);
  }
}
