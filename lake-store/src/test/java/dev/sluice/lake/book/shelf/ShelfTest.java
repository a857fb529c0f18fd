package dev.sluice.lake.book.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.DatabaseSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How who shares the shelf learns what others wrote on it. */
class ShelfTest {
  private static final ShelfLimits LIMITS = new ShelfLimits(10, 10, 10, 1);

  private Database database;
  private Shelf shelf;

  @BeforeEach
  void open(@TempDir Path directory) {
    database = new Database(DatabaseSettings.file(directory.resolve("book.db"), 1));
    shelf = Shelf.open(database, LIMITS);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static Harvest harvest(long number, String name, Harvest.Event event) {
    return new Harvest(
        number, Instant.EPOCH, "ann", TableIdentifier.of("raw", name), "table", event);
  }

  private static Harvest unreadable(long number, String name) {
    return harvest(number, name, new Harvest.Unreadable("m", true, "why"));
  }

  private void run(String statement) {
    database.write(connection -> Statements.update(connection, statement));
  }

  @Test
  void whatWasWrittenSinceATurnIsToldPagesThatAreGoneIncluded() {
    shelf.apply(List.of(unreadable(1, "a"), unreadable(2, "b")));
    long turn = shelf.turn();
    assertThat(shelf.after(turn).pages()).contains(List.of());
    shelf.apply(List.of(unreadable(1, "a")));
    assertThat(shelf.after(turn).pages()).as("applied before").contains(List.of());
    shelf.apply(
        List.of(harvest(3, "a", new Harvest.Dropped()), harvest(4, "b", new Harvest.Dropped())));
    Shelf.News news = shelf.after(turn);
    assertThat(news.turn()).isEqualTo(shelf.turn()).isGreaterThan(turn);
    assertThat(news.pages().orElseThrow()).hasSize(2);
    assertThat(news.pages().orElseThrow())
        .as("one of the two dropped ones is kept")
        .anyMatch(page -> shelf.find(page).isEmpty());
  }

  @Test
  void whoIsFarBehindIsToldToReadAllAnew() {
    shelf.apply(List.of(unreadable(1, "a")));
    long turn = shelf.turn();
    run("UPDATE sluice_book_turn SET number = " + (turn + Turns.REMEMBERED));
    assertThat(shelf.after(turn).pages()).isEmpty();
    assertThat(shelf.after(turn + 1).pages()).contains(List.of());
  }

  @Test
  void aBookFromBeforeTurnsIsTakenOver() {
    shelf.apply(List.of(unreadable(1, "a")));
    run("DROP TABLE sluice_book_turn");
    run("DROP TABLE sluice_book_touched");
    run("UPDATE sluice_book_format SET number = 1");
    Shelf again = Shelf.open(database, LIMITS);
    assertThat(again.all()).hasSize(1);
    again.apply(List.of(unreadable(2, "b")));
    assertThat(again.after(0).pages().map(List::size)).isEqualTo(Optional.of(1));
  }
}
