package dev.sluice.lake.book.shelf;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sluice.lake.book.said.Field;
import dev.sluice.lake.book.said.Said;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows of what people say, as it is and as it came to be. */
final class Sayings {
  private static final TypeReference<List<EditEntry.Item>> ITEMS = new TypeReference<>() {};

  private Sayings() {}

  static List<Said> of(Connection connection, long page) throws SQLException {
    return Statements.list(
        connection,
        "SELECT field_id, field, said, at, who FROM sluice_book_said WHERE page = ?"
            + " ORDER BY field_id, field",
        row -> said(row, 1),
        page);
  }

  static Map<Long, List<Said>> all(Connection connection) throws SQLException {
    Map<Long, List<Said>> found = new HashMap<>();
    Statements.list(
        connection,
        "SELECT page, field_id, field, said, at, who FROM sluice_book_said",
        row ->
            found
                .computeIfAbsent(row.getLong(1), page -> new java.util.ArrayList<>())
                .add(said(row, 2)));
    return found;
  }

  private static Said said(ResultSet row, int first) throws SQLException {
    return new Said(
        row.getInt(first),
        Field.valueOf(row.getString(first + 1)),
        row.getString(first + 2),
        Instant.ofEpochMilli(row.getLong(first + 3)),
        row.getString(first + 4));
  }

  static void put(Connection connection, long page, Said said) throws SQLException {
    Statements.update(
        connection,
        "INSERT INTO sluice_book_said (page, field_id, field, said, at, who)"
            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (page, field_id, field) DO UPDATE SET"
            + " said = excluded.said, at = excluded.at, who = excluded.who",
        page,
        said.column(),
        said.field().name(),
        said.value(),
        said.at().toEpochMilli(),
        said.by());
  }

  static void remove(Connection connection, long page, int column, Field field)
      throws SQLException {
    Statements.update(
        connection,
        "DELETE FROM sluice_book_said WHERE page = ? AND field_id = ? AND field = ?",
        page,
        column,
        field.name());
  }

  static long log(Connection connection, long page, EditEntry entry) throws SQLException {
    return Statements.first(
            connection,
            "INSERT INTO sluice_book_edits (page, at, who, items) VALUES (?, ?, ?, ?)"
                + " RETURNING number",
            row -> row.getLong(1),
            page,
            entry.at().toEpochMilli(),
            entry.by(),
            Json.write(entry.items()))
        .orElseThrow();
  }

  /** Those before a number, the newest first. */
  static List<EditEntry> edits(Connection connection, long page, Optional<Long> before, int limit)
      throws SQLException {
    return Statements.list(
        connection,
        "SELECT number, at, who, items FROM sluice_book_edits WHERE page = ? AND number < ?"
            + " ORDER BY number DESC LIMIT ?",
        row ->
            new EditEntry(
                row.getLong(1),
                Instant.ofEpochMilli(row.getLong(2)),
                row.getString(3),
                Json.read(row.getString(4), ITEMS)),
        page,
        before.orElse(Long.MAX_VALUE),
        limit);
  }
}
