package dev.sluice.lake.book;

import dev.sluice.lake.catalog.registry.Change;
import dev.sluice.lake.catalog.registry.Standing;
import java.util.Collection;
import java.util.List;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.view.ViewMetadata;

/** The catalog, as far as the book reads it. */
public interface Source {
  /** Changes that were not removed yet, in order, so many at most. */
  List<Change> changes(int limit);

  /** The numbers of those that were not removed yet, the last so many at most. */
  List<Long> waiting(int limit);

  /** Changes of names that were not removed yet, in order, so many at most. */
  List<Change> renames(int limit);

  /** Changes the book has: nobody needs them any more. */
  void remove(Collection<Long> numbers);

  /** Everything that names stand for now. */
  List<Standing> standing();

  TableMetadata table(String location);

  ViewMetadata view(String location);
}
