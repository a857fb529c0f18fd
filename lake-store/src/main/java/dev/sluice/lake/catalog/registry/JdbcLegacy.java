package dev.sluice.lake.catalog.registry;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.catalog.Namespace;

/**
 * Takes over what Iceberg's own JDBC catalog wrote, within the transaction that makes the new
 * tables. It writes namespaces with dots between their levels, one row for each property of a
 * namespace, and a property {@code exists} for one that has none.
 */
final class JdbcLegacy {
  private static final String MARK = "exists";

  private JdbcLegacy() {}

  static void takeOver(Connection connection, String catalog) throws SQLException {
    Map<String, Map<String, String>> namespaces = new TreeMap<>();
    if (Schema.exists(connection, "iceberg_namespace_properties")) {
      readNamespaces(connection, catalog, namespaces);
    }
    boolean views = hasKinds(connection);
    try (PreparedStatement read =
            connection.prepareStatement(
                "SELECT table_namespace, table_name, metadata_location, previous_metadata_location"
                    + (views ? ", iceberg_type" : "")
                    + " FROM iceberg_tables WHERE catalog_name = ?");
        PreparedStatement write = connection.prepareStatement(Pointers.INSERT_WITH_PREVIOUS)) {
      read.setString(1, catalog);
      try (ResultSet rows = read.executeQuery()) {
        while (rows.next()) {
          Namespace namespace = split(rows.getString(1));
          namespaces.putIfAbsent(Names.of(namespace), new TreeMap<>());
          boolean view = views && "VIEW".equals(rows.getString(5));
          write.setString(1, Names.of(namespace));
          write.setString(2, rows.getString(2));
          write.setString(3, (view ? Kind.VIEW : Kind.TABLE).name());
          write.setString(4, rows.getString(3));
          write.setString(5, rows.getString(4));
          write.executeUpdate();
        }
      }
    }
    writeNamespaces(connection, namespaces);
    removeOld(connection, catalog, "iceberg_tables");
    if (Schema.exists(connection, "iceberg_namespace_properties")) {
      removeOld(connection, catalog, "iceberg_namespace_properties");
    }
  }

  private static void readNamespaces(
      Connection connection, String catalog, Map<String, Map<String, String>> namespaces)
      throws SQLException {
    try (PreparedStatement read =
        connection.prepareStatement(
            "SELECT namespace, property_key, property_value FROM iceberg_namespace_properties"
                + " WHERE catalog_name = ?")) {
      read.setString(1, catalog);
      try (ResultSet rows = read.executeQuery()) {
        while (rows.next()) {
          Map<String, String> properties =
              namespaces.computeIfAbsent(
                  Names.of(split(rows.getString(1))), name -> new TreeMap<>());
          String key = rows.getString(2);
          if (!MARK.equals(key)) {
            properties.put(key, String.valueOf(rows.getString(3)));
          }
        }
      }
    }
  }

  /** With the namespaces above them, which the old catalog did not insist on. */
  private static void writeNamespaces(
      Connection connection, Map<String, Map<String, String>> namespaces) throws SQLException {
    Map<String, Map<String, String>> all = new TreeMap<>(namespaces);
    for (String written : namespaces.keySet()) {
      Namespace above = Names.namespace(written);
      while (above.length() > 1) {
        above = Names.parent(above);
        all.putIfAbsent(Names.of(above), Map.of());
      }
    }
    for (Map.Entry<String, Map<String, String>> each : all.entrySet()) {
      Namespaces.insert(connection, Names.namespace(each.getKey()), each.getValue());
    }
  }

  private static Namespace split(String dotted) {
    return Namespace.of(dotted.split("\\.", -1));
  }

  private static boolean hasKinds(Connection connection) throws SQLException {
    try (ResultSet column =
        connection
            .getMetaData()
            .getColumns(null, connection.getSchema(), "iceberg_tables", "iceberg_type")) {
      return column.next();
    }
  }

  /** Another catalog's rows in the same tables stay. */
  private static void removeOld(Connection connection, String catalog, String table)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM " + table + " WHERE catalog_name = ?")) {
      delete.setString(1, catalog);
      delete.executeUpdate();
    }
    boolean empty;
    try (PreparedStatement read =
            connection.prepareStatement("SELECT 1 FROM " + table + " LIMIT 1");
        ResultSet rows = read.executeQuery()) {
      empty = !rows.next();
    }
    if (empty) {
      Schema.run(connection, "DROP TABLE " + table);
    }
  }
}
