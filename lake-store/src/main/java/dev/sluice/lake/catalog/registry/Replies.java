package dev.sluice.lake.catalog.registry;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The rows of answers kept for retries. */
final class Replies {
  private Replies() {}

  static Optional<KeptReply> find(Connection connection, String key) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT digest, status, body FROM sluice_replies WHERE request = ?")) {
      query.setString(1, key);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        byte[] body = row.getBytes(3);
        return Optional.of(
            new KeptReply(
                row.getString(1),
                row.getInt(2),
                body == null ? "" : new String(body, StandardCharsets.UTF_8)));
      }
    }
  }

  static void insert(Connection connection, String key, KeptReply reply, long expires)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_replies (request, digest, status, body, expires)"
                + " VALUES (?, ?, ?, ?, ?)")) {
      insert.setString(1, key);
      insert.setString(2, reply.digest());
      insert.setInt(3, reply.status());
      insert.setBytes(4, reply.body().getBytes(StandardCharsets.UTF_8));
      insert.setLong(5, expires);
      insert.executeUpdate();
    }
  }

  static int forget(Connection connection, long before) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM sluice_replies WHERE expires < ?")) {
      delete.setLong(1, before);
      return delete.executeUpdate();
    }
  }
}
