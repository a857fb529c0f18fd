package dev.sluice.transform.sample;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A real database server on this machine, with a user that may only read what it is given. */
public interface Production {
  String READER = "reader";
  String PASSWORD = "pa55-that-nobody-may-see";

  /** How a source's file names it. */
  String kind();

  /** Where a reader finds it. */
  String url();

  /** A connection that may do everything. */
  Connection admin() throws SQLException;

  default void sql(String... statements) throws SQLException {
    try (Connection connection = admin();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
