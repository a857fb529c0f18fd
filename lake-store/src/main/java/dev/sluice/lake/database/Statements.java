package dev.sluice.lake.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Statements with their values, run on a connection. */
public final class Statements {
  /** What is made of a row. */
  public interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  private Statements() {}

  /** Runs a statement and says how many rows it changed. */
  public static int run(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      statement.execute();
      return Math.max(0, statement.getUpdateCount());
    }
  }

  /** All rows of a query: its bound is the query's. */
  public static <T> List<T> list(
      Connection connection, String sql, Reading<T> reading, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      List<T> read = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          read.add(reading.of(rows));
        }
      }
      return read;
    }
  }

  /** {@code (?, ?, ?)}, for that many values. */
  public static String marks(int count) {
    return "(" + String.join(", ", Collections.nCopies(count, "?")) + ")";
  }

  private static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int at = 0; at < values.length; at++) {
      statement.setObject(at + 1, values[at]);
    }
  }
}
