package dev.sluice.lake.database;

import java.util.List;

/**
 * The tables of one room, made at its first start. A database that a newer program wrote is
 * refused.
 */
public record Layout(String room, int format, List<String> statements) {
  /** Servers that start at the same time on one PostgreSQL wait for each other. */
  private static final String ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7305804403)";

  public Layout {
    statements = List.copyOf(statements);
  }

  public void prepare(Database database) {
    database.write(
        connection -> {
          if (database.dialect() == Dialect.POSTGRES) {
            Statements.list(connection, ONE_AT_A_TIME, row -> true);
          }
          Statements.run(
              connection,
              "CREATE TABLE IF NOT EXISTS sluice_rooms (room TEXT PRIMARY KEY, format INTEGER NOT NULL)");
          List<Integer> found =
              Statements.list(
                  connection,
                  "SELECT format FROM sluice_rooms WHERE room = ?",
                  row -> row.getInt(1),
                  room);
          if (found.isEmpty()) {
            for (String statement : statements) {
              Statements.run(connection, statement);
            }
            Statements.run(
                connection, "INSERT INTO sluice_rooms (room, format) VALUES (?, ?)", room, format);
          } else if (found.get(0) != format) {
            throw new IllegalStateException(
                "the tables of %s in the database have format %d, this program reads %d: start it with the version that wrote them"
                    .formatted(room, found.get(0), format));
          }
          return true;
        });
  }
}
