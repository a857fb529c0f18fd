package dev.sluice.lake;

import dev.sluice.lake.book.DataBook;
import dev.sluice.lake.book.Neighbourhood;
import dev.sluice.lake.book.Sampling;
import dev.sluice.lake.catalog.Grants;
import dev.sluice.lake.catalog.LakeCatalog;
import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.DatabaseSettings;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Workers;
import dev.sluice.lake.lineage.Lineage;
import dev.sluice.lake.lineage.LineageArea;
import dev.sluice.lake.lineage.LineageSettings;
import dev.sluice.lake.lineage.event.Dataset;
import dev.sluice.lake.lineage.event.DatasetNames;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * What is known of tables besides their metadata: lineage, and the book of the data. Their rows lie
 * in a database of their own, so that they never hold up a commit; with PostgreSQL, in the
 * catalog's.
 */
final class Knowledge {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Database database;
  private final Lineage lineage;
  private final DataBook book;
  private final List<Area> areas;

  private Knowledge(Database database, Lineage lineage, DataBook book, List<Area> areas) {
    this.database = database;
    this.lineage = lineage;
    this.book = book;
    this.areas = areas;
  }

  /**
   * @param port where the catalog serves, asked once it does
   * @param sampling reads a few rows
   */
  static Knowledge open(
      LakeSettings settings,
      LakeCatalog catalog,
      Grants grants,
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
      LineageArea area =
          new LineageArea(
              lineage,
              rights,
              names,
              own,
              new Workers("lineage", own.workers(), own.queue(), PATIENCE),
              registry);
      Neighbourhood rooms =
          new Neighbourhood(
              rights,
              sampling,
              List.of(),
              table -> 0,
              (from, to) -> lineage.renamed(dataset(from), dataset(to)));
      DataBook book =
          DataBook.open(
              database, new LakeSource(catalog), rooms, settings.book(), registry, clock, random);
      catalog.onChange(book::news);
      book.start();
      return new Knowledge(database, lineage, book, List.of(area, book.area()));
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

  private static Dataset dataset(TableIdentifier table) {
    return Dataset.table(table.namespace().toString(), table.name());
  }

  /** Ends what follows the catalog, while the catalog is there still. */
  void stop() throws InterruptedException {
    try {
      book.stop();
    } finally {
      database.close();
    }
  }
}
