package dev.sluice.lake.book.shelf;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * In which turn each page was last written. Whoever writes takes a turn first and holds its row
 * until the transaction ends, so turns become true in the order of their numbers, whichever server
 * takes them: who has read up to one has missed nothing before it.
 */
final class Turns {
  /**
   * Of pages that are gone, those of the last so many turns are known; further back all is read.
   */
  static final long REMEMBERED = 20_000;

  private Turns() {}

  static long take(Connection connection) throws SQLException {
    long turn =
        Statements.first(
                connection,
                "UPDATE sluice_book_turn SET number = number + 1 WHERE id = 1 RETURNING number",
                row -> row.getLong(1))
            .orElseThrow();
    if (turn % REMEMBERED == 0) {
      Statements.update(
          connection,
          "DELETE FROM sluice_book_touched WHERE turn < ?"
              + " AND page NOT IN (SELECT id FROM sluice_book_pages)",
          turn - REMEMBERED);
    }
    return turn;
  }

  static void touch(Connection connection, long turn, Collection<Long> pages) throws SQLException {
    for (long page : pages) {
      Statements.update(
          connection,
          "INSERT INTO sluice_book_touched (page, turn) VALUES (?, ?)"
              + " ON CONFLICT (page) DO UPDATE SET turn = excluded.turn",
          page,
          turn);
    }
  }

  static long last(Connection connection) throws SQLException {
    return Statements.first(
            connection, "SELECT number FROM sluice_book_turn WHERE id = 1", row -> row.getLong(1))
        .orElseThrow();
  }

  /**
   * Pages written after a turn, up to some turn or later; empty where that is too long ago to say.
   */
  static Optional<List<Long>> after(Connection connection, long turn) throws SQLException {
    List<Long> pages =
        Statements.list(
            connection,
            "SELECT page FROM sluice_book_touched WHERE turn > ? ORDER BY turn, page",
            row -> row.getLong(1),
            turn);
    return last(connection) - turn < REMEMBERED ? Optional.of(pages) : Optional.empty();
  }
}
