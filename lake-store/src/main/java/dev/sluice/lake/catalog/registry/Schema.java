package dev.sluice.lake.catalog.registry;

import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The database's tables, by their format's number. A newer number refuses; a database of Iceberg's
 * own JDBC catalog, which this one followed, is taken over.
 */
final class Schema {
  private static final int FORMAT = 3;

  /** The one before the log of changes. */
  private static final int WITHOUT_LOG = 2;

  /** Servers that start at the same time on one PostgreSQL wait for each other. */
  private static final String ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7305804402)";

  private Schema() {}

  static void prepare(Database database, String catalog) {
    database.write(
        connection -> {
          if (database.dialect() == Dialect.POSTGRES) {
            run(connection, ONE_AT_A_TIME);
          }
          if (exists(connection, "sluice_format")) {
            check(connection, database.dialect());
          } else {
            create(connection, database.dialect());
            if (exists(connection, "iceberg_tables")) {
              JdbcLegacy.takeOver(connection, catalog);
            }
          }
          Purges.prepare(connection);
          return true;
        });
  }

  private static void check(Connection connection, Dialect dialect) throws SQLException {
    int found;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT number FROM sluice_format")) {
      found = row.next() ? row.getInt(1) : 0;
    }
    if (found == WITHOUT_LOG) {
      run(connection, changes(dialect));
      run(connection, "UPDATE sluice_format SET number = " + FORMAT);
    } else if (found != FORMAT) {
      throw new IllegalStateException(
          "the catalog's database has format "
              + found
              + ", this program reads "
              + FORMAT
              + ": start it with the version that wrote it");
    }
  }

  private static String changes(Dialect dialect) {
    return """
    CREATE TABLE sluice_changes (number %s, made BIGINT NOT NULL, who TEXT NOT NULL,
      deed TEXT NOT NULL, kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
      to_namespace TEXT, to_name TEXT, before TEXT, after TEXT)
    """
        .formatted(dialect.countingKey());
  }

  private static void create(Connection connection, Dialect dialect) throws SQLException {
    String name = dialect.nameType();
    List<String> statements = new ArrayList<>();
    statements.add("CREATE TABLE sluice_format (number INTEGER NOT NULL)");
    statements.add(
        "CREATE TABLE sluice_namespaces (name %s PRIMARY KEY, parent %s NOT NULL, properties TEXT NOT NULL)"
            .formatted(name, name));
    statements.add("CREATE INDEX sluice_namespaces_parent ON sluice_namespaces (parent, name)");
    statements.add(
        """
        CREATE TABLE sluice_pointers (namespace %s NOT NULL, name %s NOT NULL, kind TEXT NOT NULL,
          location TEXT NOT NULL, previous TEXT, PRIMARY KEY (namespace, name))
        """
            .formatted(name, name));
    statements.add(
        """
        CREATE TABLE sluice_replies (request TEXT PRIMARY KEY, digest TEXT NOT NULL,
          status INTEGER NOT NULL, body %s, expires BIGINT NOT NULL)
        """
            .formatted(dialect.bytesType()));
    statements.add("CREATE INDEX sluice_replies_expires ON sluice_replies (expires)");
    statements.add(changes(dialect));
    statements.add("INSERT INTO sluice_format (number) VALUES (" + FORMAT + ")");
    for (String statement : statements) {
      run(connection, statement);
    }
  }

  static boolean exists(Connection connection, String table) throws SQLException {
    String schema = connection.getSchema();
    for (String written : List.of(table, table.toUpperCase(Locale.ROOT))) {
      try (ResultSet found = connection.getMetaData().getTables(null, schema, written, null)) {
        if (found.next()) {
          return true;
        }
      }
    }
    return false;
  }

  static void run(Connection connection, String statement) throws SQLException {
    try (PreparedStatement prepared = connection.prepareStatement(statement)) {
      prepared.execute();
    }
  }
}
