package dev.sluice.lake.catalog.registry;

import dev.sluice.lake.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The tables that were dropped together with their files, by their last metadata file: noted in the
 * transaction that drops the table, and forgotten once the files are gone.
 */
public final class Purges {
  private final Database database;

  Purges(Database database) {
    this.database = database;
  }

  static void prepare(Connection connection) throws SQLException {
    Schema.run(
        connection,
        "CREATE TABLE IF NOT EXISTS sluice_purges (metadata TEXT PRIMARY KEY, since BIGINT NOT NULL)");
  }

  static void insert(Connection connection, String metadata, long since) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_purges (metadata, since) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
      insert.setString(1, metadata);
      insert.setLong(2, since);
      insert.executeUpdate();
    }
  }

  /** Those left to be done that are next after one, oldest first, so many at most. */
  public List<String> pending(int most) {
    return database.read(
        connection -> {
          List<String> found = new ArrayList<>();
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT metadata FROM sluice_purges ORDER BY since, metadata LIMIT ?")) {
            query.setInt(1, most);
            try (ResultSet rows = query.executeQuery()) {
              while (rows.next()) {
                found.add(rows.getString(1));
              }
            }
          }
          return found;
        });
  }

  /** Puts one that failed behind the others. */
  public void postpone(String metadata, long now) {
    write("UPDATE sluice_purges SET since = ? WHERE metadata = ?", Optional.of(now), metadata);
  }

  public void done(String metadata) {
    write("DELETE FROM sluice_purges WHERE metadata = ?", Optional.empty(), metadata);
  }

  private void write(String statement, Optional<Long> number, String metadata) {
    database.write(
        connection -> {
          try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            int at = 1;
            if (number.isPresent()) {
              prepared.setLong(at++, number.get());
            }
            prepared.setString(at, metadata);
            return prepared.executeUpdate();
          }
        });
  }

  /** The present metadata files of tables, those that are asked for. */
  public List<String> tables(Predicate<String> wanted) {
    return database.read(
        connection -> {
          List<String> found = new ArrayList<>();
          try (PreparedStatement query =
                  connection.prepareStatement(
                      "SELECT location FROM sluice_pointers WHERE kind = 'TABLE'");
              ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
              if (wanted.test(rows.getString(1))) {
                found.add(rows.getString(1));
              }
            }
          }
          return found;
        });
  }
}
