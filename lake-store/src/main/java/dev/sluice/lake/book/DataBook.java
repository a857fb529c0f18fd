package dev.sluice.lake.book;

import dev.sluice.lake.database.Database;
import dev.sluice.lake.http.Area;
import dev.sluice.lake.http.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** The data book as a whole: it follows a catalog from its start to its stop, and answers. */
public final class DataBook {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Harvester harvester;
  private final BookArea area;

  private DataBook(Harvester harvester, BookArea area) {
    this.harvester = harvester;
    this.area = area;
  }

  /**
   * Opens the book and begins to follow the catalog.
   *
   * @param database where its rows are kept; closed by whoever opened it, after the book stopped
   */
  public static DataBook open(
      Database database,
      Source source,
      Neighbourhood rooms,
      BookSettings settings,
      MeterRegistry registry,
      InstantSource clock,
      RandomGenerator random) {
    Book book = Book.open(database, settings, clock, random);
    Harvester harvester = new Harvester(source, book, rooms.renames(), settings, clock, registry);
    BookCalls calls = new BookCalls(book, harvester, rooms, settings, clock);
    Workers workers = new Workers("book", settings.workers(), settings.queue(), PATIENCE);
    return new DataBook(harvester, new BookArea(calls, workers, registry));
  }

  public void start() {
    harvester.start();
  }

  /** Is to be called after each change of the catalog: the book reads it soon. */
  public void news() {
    harvester.progress().tell();
  }

  public Area area() {
    return area;
  }

  public void stop() throws InterruptedException {
    harvester.stop();
  }
}
