package dev.sluice.lake;

import dev.sluice.lake.book.DataBook;
import dev.sluice.lake.book.Neighbourhood;
import dev.sluice.lake.book.Sampling;
import dev.sluice.lake.catalog.Grants;
import dev.sluice.lake.catalog.LakeCatalog;
import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.DatabaseSettings;
import dev.sluice.lake.dataset.DatasetArea;
import dev.sluice.lake.dataset.Datasets;
import dev.sluice.lake.dataset.ObjectSource;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Workers;
import dev.sluice.lake.lineage.Lineage;
import dev.sluice.lake.lineage.LineageArea;
import dev.sluice.lake.lineage.LineagePage;
import dev.sluice.lake.lineage.LineageSettings;
import dev.sluice.lake.lineage.event.DatasetNames;
import dev.sluice.lake.name.Dotted;
import dev.sluice.lake.usage.Usage;
import dev.sluice.lake.usage.UsageArea;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * What is known of tables besides their metadata, of datasets that are none, and the book that
 * tells it all. Its rows lie in a database of their own, so that they never hold up a commit; with
 * PostgreSQL, in the catalog's.
 */
final class Knowledge {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Database database;
  private final Lineage lineage;
  private final Usage usage;
  private final Optional<Datasets> datasets;
  private final DataBook book;
  private final List<Area> areas;

  private Knowledge(
      Database database,
      Lineage lineage,
      Usage usage,
      Optional<Datasets> datasets,
      DataBook book,
      List<Area> areas) {
    this.database = database;
    this.lineage = lineage;
    this.usage = usage;
    this.datasets = datasets;
    this.book = book;
    this.areas = areas;
  }

  /**
   * @param objects of the store; empty where there is none, but plain files
   * @param port where the catalog serves, asked once it does
   * @param sampling reads a few rows
   */
  static Knowledge open(
      LakeSettings settings,
      LakeCatalog catalog,
      Grants grants,
      Optional<ObjectSource> objects,
      IntSupplier port,
      Sampling sampling,
      MeterRegistry registry,
      InstantSource clock,
      RandomGenerator random) {
    DatabaseSettings place = settings.catalog().database(settings.data().resolve("book.db"));
    Database database = new Database(place);
    try {
      LineageSettings own = settings.lineage();
      Lineage lineage = Lineage.open(database, own, clock);
      DatasetNames names = new DatasetNames(settings.catalog().warehouse(), port, own.namespaces());
      TableRights rights = new TableRights(grants, catalog);
      Workers workers = new Workers("lineage", own.workers(), own.queue(), PATIENCE);
      LineageArea lines = new LineageArea(lineage, rights, names, own, workers, registry);
      Usage usage =
          Usage.open(database, settings.usage(), () -> namespaces(catalog), registry, clock);
      UsageArea uses = new UsageArea(usage, rights::mayReadTable, workers);
      Optional<Datasets> datasets =
          objects.map(source -> Datasets.open(database, source, settings.datasets(), clock));
      Neighbourhood rooms =
          new Neighbourhood(
              rights,
              sampling,
              PageParts.of(new LineagePage(lineage, rights), uses),
              table -> usage.uses(Dotted.of(table.namespace().levels()), table.name()),
              (from, to) -> renamed(lineage, usage, from, to),
              new FoundDatasets(datasets, grants));
      DataBook book =
          DataBook.open(
              database, new LakeSource(catalog), rooms, settings.book(), registry, clock, random);
      catalog.onChange(book::news);
      book.start();
      ApiDocument document = new ApiDocument(book.area().workers());
      List<Area> areas = new ArrayList<>(List.of(lines, uses, book.area(), document));
      datasets.ifPresent(
          each ->
              areas.add(
                  new DatasetArea(
                      each, grants::mayReadEverything, grants::mayWriteEverything, workers)));
      return new Knowledge(database, lineage, usage, datasets, book, areas);
    } catch (RuntimeException failure) {
      database.close();
      throw failure;
    }
  }

  List<Area> areas() {
    return areas;
  }

  Lineage lineage() {
    return lineage;
  }

  /** Those that are no tables. */
  Optional<Datasets> datasets() {
    return datasets;
  }

  Usage usage() {
    return usage;
  }

  private static List<String> namespaces(LakeCatalog catalog) {
    return catalog.everyNamespace().stream().map(each -> Dotted.of(each.levels())).toList();
  }

  private static void renamed(
      Lineage lineage, Usage usage, TableIdentifier from, TableIdentifier to) {
    lineage.renamed(PageParts.dataset(from), PageParts.dataset(to));
    usage.renamed(
        Dotted.of(from.namespace().levels()),
        from.name(),
        Dotted.of(to.namespace().levels()),
        to.name());
  }

  /** What waits to be written is written, and what follows the catalog ends before it does. */
  void stop() throws InterruptedException {
    try (database;
        usage) {
      try {
        book.stop();
      } finally {
        datasets.ifPresent(Datasets::close);
      }
    }
  }
}
