package dev.sluice.lake.catalog.registry;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** The rows of pointers. */
final class Pointers {
  static final String INSERT_WITH_PREVIOUS =
      "INSERT INTO sluice_pointers (namespace, name, kind, location, previous) VALUES (?, ?, ?, ?, ?)";
  private static final String NAMED = " WHERE namespace = ? AND name = ?";

  private Pointers() {}

  static Optional<Pointer> find(Connection connection, TableIdentifier name) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT kind, location FROM sluice_pointers" + NAMED)) {
      name(query, 1, name);
      try (ResultSet row = query.executeQuery()) {
        return row.next()
            ? Optional.of(new Pointer(Kind.valueOf(row.getString(1)), row.getString(2)))
            : Optional.empty();
      }
    }
  }

  static void insert(Connection connection, TableIdentifier name, Kind kind, String location)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT_WITH_PREVIOUS)) {
      name(insert, 1, name);
      insert.setString(3, kind.name());
      insert.setString(4, location);
      insert.setString(5, null);
      insert.executeUpdate();
    }
  }

  /** Whether the pointer was what it was expected to be, and so is the next one now. */
  static boolean swap(
      Connection connection, TableIdentifier name, Kind kind, String expected, String next)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_pointers SET location = ?, previous = ?"
                + NAMED
                + " AND kind = ? AND location = ?")) {
      update.setString(1, next);
      update.setString(2, expected);
      name(update, 3, name);
      update.setString(5, kind.name());
      update.setString(6, expected);
      return update.executeUpdate() == 1;
    }
  }

  /** Gives what was pointed to, if it was there. */
  static Optional<String> delete(Connection connection, TableIdentifier name, Kind kind)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM sluice_pointers" + NAMED + " AND kind = ? RETURNING location")) {
      name(delete, 1, name);
      delete.setString(3, kind.name());
      try (ResultSet row = delete.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  /** Gives what is pointed to, if it was there. */
  static Optional<String> rename(
      Connection connection, TableIdentifier from, TableIdentifier to, Kind kind)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_pointers SET namespace = ?, name = ?"
                + NAMED
                + " AND kind = ? RETURNING location")) {
      name(update, 1, to);
      name(update, 3, from);
      update.setString(5, kind.name());
      try (ResultSet row = update.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  static List<Standing> all(Connection connection) throws SQLException {
    List<Standing> found = new ArrayList<>();
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT namespace, name, kind, location FROM sluice_pointers"
                    + " ORDER BY namespace, name");
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        found.add(
            new Standing(
                TableIdentifier.of(Names.namespace(rows.getString(1)), rows.getString(2)),
                new Pointer(Kind.valueOf(rows.getString(3)), rows.getString(4))));
      }
    }
    return found;
  }

  static Page<TableIdentifier> list(Connection connection, Namespace namespace, Kind kind, Cut cut)
      throws SQLException {
    List<TableIdentifier> found = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT name FROM sluice_pointers WHERE namespace = ? AND name > ? AND kind = ?"
                + " ORDER BY name LIMIT ?")) {
      query.setString(1, Names.of(namespace));
      query.setString(2, cut.after().orElse(""));
      query.setString(3, kind.name());
      query.setInt(4, cut.limit() + 1);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.add(TableIdentifier.of(namespace, rows.getString(1)));
        }
      }
    }
    if (found.size() <= cut.limit()) {
      return new Page<>(found, Optional.empty());
    }
    List<TableIdentifier> page = found.subList(0, cut.limit());
    return new Page<>(page, Optional.of(page.get(page.size() - 1).name()));
  }

  static Optional<TableIdentifier> any(Connection connection, Namespace namespace)
      throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT name FROM sluice_pointers WHERE namespace = ? ORDER BY name LIMIT 1")) {
      query.setString(1, Names.of(namespace));
      try (ResultSet row = query.executeQuery()) {
        return row.next()
            ? Optional.of(TableIdentifier.of(namespace, row.getString(1)))
            : Optional.empty();
      }
    }
  }

  private static void name(PreparedStatement statement, int first, TableIdentifier name)
      throws SQLException {
    statement.setString(first, Names.of(name.namespace()));
    statement.setString(first + 1, name.name());
  }
}
