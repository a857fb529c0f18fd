package dev.sluice.lake.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.apache.iceberg.jdbc.JdbcClientPool;

/**
 * Database connections that repeat nothing. Iceberg's pool runs an action again when its connection
 * breaks; an update that was done and whose answer was lost would then find its own change and be
 * reported as a conflict, and the client would delete the files of a snapshot that is published. So
 * a connection is tried before it is used, and replaced then; what fails after that is unknown.
 */
final class Connections extends JdbcClientPool {
  private static final int TRIAL_SECONDS = 5;

  /** A connection found dead before anything was asked of it. */
  private static final class DeadConnection extends SQLException {
    private static final long serialVersionUID = 1L;

    DeadConnection() {
      super("the connection is closed");
    }
  }

  Connections(String url, Map<String, String> properties) {
    super(url, properties);
  }

  @Override
  public <R> R run(Action<R, Connection, SQLException> action, boolean retry)
      throws SQLException, InterruptedException {
    return super.run(
        connection -> {
          if (!connection.isValid(TRIAL_SECONDS)) {
            throw new DeadConnection();
          }
          return action.run(connection);
        },
        true);
  }

  @Override
  protected boolean isConnectionException(Exception failure) {
    return failure instanceof DeadConnection;
  }
}
