package dev.sluice.lake.book;

import dev.sluice.lake.book.fact.Column;
import dev.sluice.lake.book.fact.Facts;
import dev.sluice.lake.book.said.Edit;
import dev.sluice.lake.book.search.Entry;
import dev.sluice.lake.book.search.SearchIndex;
import dev.sluice.lake.book.shelf.EditEntry;
import dev.sluice.lake.book.shelf.Harvest;
import dev.sluice.lake.book.shelf.Page;
import dev.sluice.lake.book.shelf.Shelf;
import dev.sluice.lake.book.shelf.ShelfLimits;
import dev.sluice.lake.database.Database;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.apache.iceberg.catalog.TableIdentifier;

/** Pages on the shelf and in the index, always the same in both. */
final class Book {
  private final Shelf shelf;
  private final SearchIndex index = new SearchIndex();
  private final Map<Long, TableIdentifier> names = new ConcurrentHashMap<>();
  private final Map<Long, String> troubled = new ConcurrentHashMap<>();
  private final InstantSource clock;
  private final byte[] key;
  private volatile long seen;

  private Book(Shelf shelf, InstantSource clock, byte[] key) {
    this.shelf = shelf;
    this.clock = clock;
    this.key = key.clone();
  }

  static Book open(
      Database database, BookSettings settings, InstantSource clock, RandomGenerator random) {
    ShelfLimits limits =
        new ShelfLimits(
            settings.history(), settings.snapshots(), settings.writers(), settings.dropped());
    Shelf shelf = Shelf.open(database, limits);
    Book book = new Book(shelf, clock, shelf.key(random));
    book.readAll();
    return book;
  }

  Shelf shelf() {
    return shelf;
  }

  SearchIndex index() {
    return index;
  }

  byte[] key() {
    return key.clone();
  }

  void apply(List<Harvest> harvests) {
    shelf.apply(harvests);
    follow();
  }

  /**
   * Has the index say what the shelf says now: other servers write on it too. One at a time, or one
   * that has read a page as it was would put it over what another has read since.
   */
  void follow() {
    if (shelf.turn() == seen) {
      return;
    }
    synchronized (names) {
      Shelf.News news = shelf.after(seen);
      if (news.pages().isEmpty()) {
        readAll();
        return;
      }
      for (long page : news.pages().get()) {
        shelf.find(page).ifPresentOrElse(this::show, () -> hide(page));
      }
      seen = news.turn();
    }
  }

  private void readAll() {
    long turn = shelf.turn();
    List<Shelf.Volume> all = shelf.all();
    Set<Long> gone = new HashSet<>(names.keySet());
    all.forEach(volume -> gone.remove(volume.page().id()));
    gone.forEach(this::hide);
    all.forEach(this::show);
    seen = turn;
  }

  private void show(Shelf.Volume volume) {
    Page page = volume.page();
    if (!page.present()) {
      hide(page.id());
      return;
    }
    names.put(page.id(), page.name());
    page.trouble()
        .ifPresentOrElse(why -> troubled.put(page.id(), why), () -> troubled.remove(page.id()));
    index.put(new Words(volume).entry());
  }

  private void hide(long page) {
    names.remove(page);
    troubled.remove(page);
    index.remove(page);
  }

  /** What a found entry is called in the catalog: levels can hold dots themselves. */
  Optional<TableIdentifier> name(Entry entry) {
    return Optional.ofNullable(names.get(entry.id()));
  }

  /** Pages whose metadata cannot be read, and why. */
  Map<Long, String> troubled() {
    return Map.copyOf(troubled);
  }

  /** Writes down what somebody says, and finds it from then on. */
  Optional<EditEntry> edit(Page page, Edit edit, String by) {
    Map<String, Column> columns = new LinkedHashMap<>();
    page.facts()
        .map(Facts::columns)
        .orElse(List.of())
        .forEach(column -> columns.put(column.path(), column));
    Optional<EditEntry> entry = shelf.edit(page.id(), columns, edit, by, clock.instant());
    follow();
    return entry;
  }
}
