package dev.sluice.lake.book.shelf;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sluice.lake.book.fact.Column;
import dev.sluice.lake.book.fact.Difference;
import dev.sluice.lake.book.fact.SchemaVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The rows of what became different, and of schemas by version. */
final class Histories {
  private static final TypeReference<List<Difference>> DIFFERENCES = new TypeReference<>() {};
  private static final TypeReference<List<Column>> COLUMNS = new TypeReference<>() {};

  private Histories() {}

  static void add(
      Connection connection,
      long page,
      Instant at,
      String by,
      String engine,
      int schemaId,
      List<Difference> differences)
      throws SQLException {
    if (!differences.isEmpty()) {
      Statements.update(
          connection,
          "INSERT INTO sluice_book_history (page, at, who, engine, schema_id, differences)"
              + " VALUES (?, ?, ?, ?, ?, ?)",
          page,
          at.toEpochMilli(),
          by,
          engine,
          schemaId,
          Json.write(differences));
    }
  }

  /** The oldest beyond the last so many. */
  static void forget(Connection connection, long page, int kept) throws SQLException {
    Statements.update(
        connection,
        "DELETE FROM sluice_book_history WHERE page = ? AND number <= (SELECT number FROM"
            + " sluice_book_history WHERE page = ? ORDER BY number DESC LIMIT 1 OFFSET ?)",
        page,
        page,
        kept);
  }

  /** Those before a number, the newest first. */
  static List<HistoryEntry> list(Connection connection, long page, Optional<Long> before, int limit)
      throws SQLException {
    return Statements.list(
        connection,
        "SELECT number, at, who, engine, schema_id, differences FROM sluice_book_history"
            + " WHERE page = ? AND number < ? ORDER BY number DESC LIMIT ?",
        row ->
            new HistoryEntry(
                row.getLong(1),
                Instant.ofEpochMilli(row.getLong(2)),
                row.getString(3),
                row.getString(4),
                row.getInt(5),
                Json.read(row.getString(6), DIFFERENCES)),
        page,
        before.orElse(Long.MAX_VALUE),
        limit);
  }

  static boolean knows(Connection connection, long page, int schema) throws SQLException {
    return Statements.first(
            connection,
            "SELECT 1 FROM sluice_book_schemas WHERE page = ? AND id = ?",
            row -> true,
            page,
            schema)
        .isPresent();
  }

  static void schema(Connection connection, long page, SchemaVersion version, Instant at, String by)
      throws SQLException {
    Statements.update(
        connection,
        "INSERT INTO sluice_book_schemas (page, id, since, who, columns) VALUES (?, ?, ?, ?, ?)"
            + " ON CONFLICT (page, id) DO UPDATE SET since = excluded.since, who = excluded.who,"
            + " columns = excluded.columns",
        page,
        version.id(),
        at.toEpochMilli(),
        by,
        Json.write(version.columns()));
  }

  static void forgetSchemas(Connection connection, long page) throws SQLException {
    Statements.update(connection, "DELETE FROM sluice_book_schemas WHERE page = ?", page);
  }

  static List<SchemaVersion> schemas(Connection connection, long page) throws SQLException {
    return Statements.list(
        connection,
        "SELECT id, since, columns FROM sluice_book_schemas WHERE page = ? ORDER BY id",
        row ->
            new SchemaVersion(row.getInt(1), row.getLong(2), Json.read(row.getString(3), COLUMNS)),
        page);
  }
}
