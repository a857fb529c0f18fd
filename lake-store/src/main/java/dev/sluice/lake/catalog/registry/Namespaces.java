package dev.sluice.lake.catalog.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.lake.database.Dialect;
import dev.sluice.lake.database.Statements;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.catalog.Namespace;

/** The rows of namespaces. Each lies in another, or in the root, which has no row. */
final class Namespaces {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<LinkedHashMap<String, String>> PROPERTIES =
      new TypeReference<>() {};

  private Namespaces() {}

  static boolean exists(Connection connection, Namespace namespace) throws SQLException {
    return namespace.isEmpty() || properties(connection, namespace, "").isPresent();
  }

  /** The same, and nobody drops it before this transaction ends. */
  static boolean held(Connection connection, Namespace namespace, Dialect dialect)
      throws SQLException {
    return namespace.isEmpty() || properties(connection, namespace, dialect.locking()).isPresent();
  }

  static Optional<Map<String, String>> properties(
      Connection connection, Namespace namespace, String lock) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT properties FROM sluice_namespaces WHERE name = ?" + lock)) {
      query.setString(1, Names.of(namespace));
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? Optional.of(read(row.getString(1))) : Optional.empty();
      }
    }
  }

  static void insert(Connection connection, Namespace namespace, Map<String, String> properties)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_namespaces (name, parent, properties) VALUES (?, ?, ?)")) {
      insert.setString(1, Names.of(namespace));
      insert.setString(2, Names.of(Names.parent(namespace)));
      insert.setString(3, write(properties));
      insert.executeUpdate();
    }
  }

  static void update(Connection connection, Namespace namespace, Map<String, String> properties)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE sluice_namespaces SET properties = ? WHERE name = ?")) {
      update.setString(1, write(properties));
      update.setString(2, Names.of(namespace));
      update.executeUpdate();
    }
  }

  static void delete(Connection connection, Namespace namespace) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM sluice_namespaces WHERE name = ?")) {
      delete.setString(1, Names.of(namespace));
      delete.executeUpdate();
    }
  }

  static List<Namespace> all(Connection connection) throws SQLException {
    return Statements.list(
        connection,
        "SELECT name FROM sluice_namespaces ORDER BY name",
        row -> Names.namespace(row.getString(1)));
  }

  static Page<Namespace> children(Connection connection, Namespace parent, Cut cut)
      throws SQLException {
    List<Namespace> found = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT name FROM sluice_namespaces WHERE parent = ? AND name > ? ORDER BY name LIMIT ?")) {
      query.setString(1, Names.of(parent));
      query.setString(2, cut.after().orElse(""));
      query.setInt(3, cut.limit() + 1);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.add(Names.namespace(rows.getString(1)));
        }
      }
    }
    if (found.size() <= cut.limit()) {
      return new Page<>(found, Optional.empty());
    }
    List<Namespace> page = found.subList(0, cut.limit());
    return new Page<>(page, Optional.of(Names.of(page.get(page.size() - 1))));
  }

  private static Map<String, String> read(String json) {
    try {
      return JSON.readValue(json, PROPERTIES);
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException("a namespace's properties cannot be read", damaged);
    }
  }

  private static String write(Map<String, String> properties) {
    try {
      return JSON.writeValueAsString(new TreeMap<>(properties));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
