package dev.sluice.lake.book.shelf;

import dev.sluice.lake.book.fact.Facts;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** The rows of pages. */
final class Pages {
  private static final String COLUMNS =
      "SELECT id, namespace, name, present, metadata, facts, trouble, made_at, made_by,"
          + " changed_at, changed_by, kind FROM sluice_book_pages";

  /** No name holds it: the catalog refuses control characters. */
  private static final String SEPARATOR = "\u001f";

  private Pages() {}

  static List<Page> all(Connection connection) throws SQLException {
    return Statements.list(connection, COLUMNS, Pages::read);
  }

  static Optional<Page> find(Connection connection, TableIdentifier name) throws SQLException {
    return Statements.first(
        connection,
        COLUMNS + " WHERE namespace = ? AND name = ?",
        Pages::read,
        levels(name),
        name.name());
  }

  static Optional<Page> find(Connection connection, long id) throws SQLException {
    return Statements.first(connection, COLUMNS + " WHERE id = ?", Pages::read, id);
  }

  /** A page of which nothing is known yet. */
  static Page make(Connection connection, Harvest harvest) throws SQLException {
    Statements.update(
        connection,
        "INSERT INTO sluice_book_pages (namespace, name, kind, present, metadata,"
            + " changed_at, changed_by) VALUES (?, ?, ?, 1, '', ?, ?) ON CONFLICT DO NOTHING",
        levels(harvest.name()),
        harvest.name().name(),
        harvest.kind(),
        harvest.at().toEpochMilli(),
        harvest.by());
    return find(connection, harvest.name())
        .orElseThrow(() -> new IllegalStateException("no page for " + harvest.name()));
  }

  static void write(Connection connection, long id, Harvest harvest, Facts facts, String metadata)
      throws SQLException {
    Statements.update(
        connection,
        "UPDATE sluice_book_pages SET kind = ?, present = 1, metadata = ?, facts = ?,"
            + " trouble = NULL, changed_at = ?, changed_by = ? WHERE id = ?",
        harvest.kind(),
        metadata,
        Json.write(facts),
        harvest.at().toEpochMilli(),
        harvest.by(),
        id);
  }

  static void made(Connection connection, long id, Harvest harvest) throws SQLException {
    Statements.update(
        connection,
        "UPDATE sluice_book_pages SET made_at = ?, made_by = ? WHERE id = ?",
        harvest.at().toEpochMilli(),
        harvest.by(),
        id);
  }

  static void trouble(Connection connection, long id, Harvest harvest, Harvest.Unreadable what)
      throws SQLException {
    Statements.update(
        connection,
        "UPDATE sluice_book_pages SET present = 1, metadata = ?, trouble = ?, changed_at = ?,"
            + " changed_by = ? WHERE id = ?",
        what.metadata(),
        what.why(),
        harvest.at().toEpochMilli(),
        harvest.by(),
        id);
  }

  static void drop(Connection connection, long id, Harvest harvest) throws SQLException {
    Statements.update(
        connection,
        "UPDATE sluice_book_pages SET present = 0, trouble = NULL, changed_at = ?, changed_by = ?"
            + " WHERE id = ?",
        harvest.at().toEpochMilli(),
        harvest.by(),
        id);
  }

  static void rename(Connection connection, long id, TableIdentifier to) throws SQLException {
    Statements.update(
        connection,
        "UPDATE sluice_book_pages SET namespace = ?, name = ? WHERE id = ?",
        levels(to),
        to.name(),
        id);
  }

  /** Everything the book has under one page. */
  static void remove(Connection connection, long id) throws SQLException {
    for (String table : List.of("history", "schemas", "points", "writers", "said", "edits")) {
      Statements.update(connection, "DELETE FROM sluice_book_" + table + " WHERE page = ?", id);
    }
    Statements.update(connection, "DELETE FROM sluice_book_pages WHERE id = ?", id);
  }

  /** The dropped ones beyond the last so many. */
  static List<Long> forgotten(Connection connection, int kept) throws SQLException {
    return Statements.list(
        connection,
        "SELECT id FROM sluice_book_pages WHERE present = 0 ORDER BY changed_at DESC, id DESC"
            + " LIMIT 1000 OFFSET ?",
        row -> row.getLong(1),
        kept);
  }

  private static String levels(TableIdentifier name) {
    return String.join(SEPARATOR, name.namespace().levels());
  }

  private static Page read(ResultSet row) throws SQLException {
    long madeAt = row.getLong(8);
    Optional<Page.Mark> made =
        row.wasNull()
            ? Optional.empty()
            : Optional.of(new Page.Mark(Instant.ofEpochMilli(madeAt), row.getString(9)));
    return new Page(
        row.getLong(1),
        TableIdentifier.of(Namespace.of(row.getString(2).split(SEPARATOR, -1)), row.getString(3)),
        row.getString(12),
        row.getInt(4) == 1,
        row.getString(5),
        Optional.ofNullable(row.getString(6)).map(written -> Json.read(written, Facts.class)),
        Optional.ofNullable(row.getString(7)),
        made,
        new Page.Mark(Instant.ofEpochMilli(row.getLong(10)), row.getString(11)));
  }
}
