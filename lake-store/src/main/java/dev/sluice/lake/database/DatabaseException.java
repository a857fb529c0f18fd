package dev.sluice.lake.database;

import java.sql.SQLException;

/** The database did not do what was asked. */
public class DatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DatabaseException(String message, SQLException cause) {
    super(message, cause);
  }

  /** The change may have been made or not: its commit was sent and no answer came. */
  public static final class Unknown extends DatabaseException {
    private static final long serialVersionUID = 1L;

    Unknown(SQLException cause) {
      super("the database did not say whether the change was made: " + cause.getMessage(), cause);
    }
  }
}
