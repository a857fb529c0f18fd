package dev.sluice.lake.book.shelf;

import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The book's tables, by their format's number. A newer number refuses. */
final class Tables {
  private static final int FORMAT = 2;

  /** The one before turns. */
  private static final int WITHOUT_TURNS = 1;

  /** Servers that start at the same time on one PostgreSQL wait for each other. */
  private static final String ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7305804403)";

  private Tables() {}

  static void prepare(Database database) {
    database.write(
        connection -> {
          if (database.dialect() == Dialect.POSTGRES) {
            run(connection, ONE_AT_A_TIME);
          }
          run(
              connection,
              "CREATE TABLE IF NOT EXISTS sluice_book_format (number INTEGER NOT NULL)");
          int found = found(connection);
          if (found == 0) {
            for (String statement : statements(database.dialect())) {
              run(connection, statement);
            }
          } else if (found == WITHOUT_TURNS) {
            for (String statement : turns()) {
              run(connection, statement);
            }
            run(connection, "UPDATE sluice_book_format SET number = " + FORMAT);
          } else if (found != FORMAT) {
            throw new IllegalStateException(
                "the book's database has format "
                    + found
                    + ", this program reads "
                    + FORMAT
                    + ": start it with the version that wrote it");
          }
          return true;
        });
  }

  private static int found(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement("SELECT number FROM sluice_book_format");
        ResultSet row = query.executeQuery()) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  private static List<String> statements(Dialect dialect) {
    String key = dialect.countingKey();
    String name = dialect.nameType();
    List<String> statements = new ArrayList<>();
    statements.add(
        """
        CREATE TABLE sluice_book_pages (id %s, namespace %s NOT NULL, name %s NOT NULL,
          kind TEXT NOT NULL, present INTEGER NOT NULL, metadata TEXT NOT NULL, facts TEXT,
          trouble TEXT, made_at BIGINT, made_by TEXT, changed_at BIGINT NOT NULL,
          changed_by TEXT NOT NULL, UNIQUE (namespace, name))
        """
            .formatted(key, name, name));
    statements.add(
        """
        CREATE TABLE sluice_book_history (number %s, page BIGINT NOT NULL, at BIGINT NOT NULL,
          who TEXT NOT NULL, engine TEXT NOT NULL, schema_id INTEGER NOT NULL,
          differences TEXT NOT NULL)
        """
            .formatted(key));
    statements.add("CREATE INDEX sluice_book_history_page ON sluice_book_history (page, number)");
    statements.add(
        """
        CREATE TABLE sluice_book_schemas (page BIGINT NOT NULL, id INTEGER NOT NULL,
          since BIGINT NOT NULL, who TEXT NOT NULL, columns TEXT NOT NULL, PRIMARY KEY (page, id))
        """);
    statements.add(
        """
        CREATE TABLE sluice_book_points (page BIGINT NOT NULL, grain TEXT NOT NULL,
          slot BIGINT NOT NULL, at BIGINT NOT NULL, point TEXT NOT NULL,
          PRIMARY KEY (page, grain, slot))
        """);
    statements.add(
        """
        CREATE TABLE sluice_book_writers (page BIGINT NOT NULL, who TEXT NOT NULL,
          engine TEXT NOT NULL, application TEXT NOT NULL, last_at BIGINT NOT NULL,
          commits BIGINT NOT NULL, PRIMARY KEY (page, who, engine, application))
        """);
    statements.add(
        """
        CREATE TABLE sluice_book_said (page BIGINT NOT NULL, field_id INTEGER NOT NULL,
          field TEXT NOT NULL, said TEXT NOT NULL, at BIGINT NOT NULL, who TEXT NOT NULL,
          PRIMARY KEY (page, field_id, field))
        """);
    statements.add(
        """
        CREATE TABLE sluice_book_edits (number %s, page BIGINT NOT NULL, at BIGINT NOT NULL,
          who TEXT NOT NULL, items TEXT NOT NULL)
        """
            .formatted(key));
    statements.add("CREATE INDEX sluice_book_edits_page ON sluice_book_edits (page, number)");
    statements.add("CREATE TABLE sluice_book_applied (number BIGINT PRIMARY KEY)");
    statements.add(
        "CREATE TABLE sluice_book_key (id INTEGER PRIMARY KEY, secret %s NOT NULL)"
            .formatted(dialect.bytesType()));
    statements.addAll(turns());
    statements.add("INSERT INTO sluice_book_format (number) VALUES (" + FORMAT + ")");
    return statements;
  }

  private static List<String> turns() {
    return List.of(
        "CREATE TABLE sluice_book_turn (id INTEGER PRIMARY KEY, number BIGINT NOT NULL)",
        "INSERT INTO sluice_book_turn (id, number) VALUES (1, 0)",
        "CREATE TABLE sluice_book_touched (page BIGINT PRIMARY KEY, turn BIGINT NOT NULL)",
        "CREATE INDEX sluice_book_touched_turn ON sluice_book_touched (turn)");
  }

  private static void run(Connection connection, String statement) throws SQLException {
    try (PreparedStatement prepared = connection.prepareStatement(statement)) {
      prepared.execute();
    }
  }
}
