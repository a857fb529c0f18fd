package dev.sluice.lake.catalog.registry;

import java.sql.SQLException;

/** The database did not do what was asked. */
public class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RegistryException(String message, SQLException cause) {
    super(message, cause);
  }

  /** The change may have been made or not: its commit was sent and no answer came. */
  public static final class Unknown extends RegistryException {
    private static final long serialVersionUID = 1L;

    Unknown(SQLException cause) {
      super("the database did not say whether the change was made: " + cause.getMessage(), cause);
    }
  }
}
