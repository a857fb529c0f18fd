package dev.sluice.lake;

import dev.sluice.lake.book.Others;
import dev.sluice.lake.catalog.Grants;
import dev.sluice.lake.dataset.Datasets;
import dev.sluice.lake.dataset.Declaration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Declared datasets, as the book's search finds them, by those who may see datasets. */
record FoundDatasets(Optional<Datasets> datasets, Grants grants) implements Others {
  @Override
  public List<Other> all() {
    return datasets.map(Datasets::noted).orElse(List.of()).stream()
        .map(FoundDatasets::other)
        .toList();
  }

  private static Other other(Datasets.Noted noted) {
    Declaration said = noted.declaration();
    return new Other(
        said.name(),
        "dataset",
        said.description(),
        said.owner(),
        said.tags(),
        noted.changed().map(Instant::toEpochMilli).orElse(0L));
  }

  @Override
  public boolean mayRead(String caller) {
    return grants.mayReadEverything(caller);
  }
}
