package dev.sluice.transform.source;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import org.apache.spark.sql.execution.datasources.jdbc.JDBCOptions;
import org.apache.spark.sql.jdbc.JdbcConnectionProvider;
import scala.collection.immutable.Map;

/**
 * How Spark connects to a source. Its own way tells the log all it passes to a driver, the password
 * too, where somebody has set the log to debug.
 *
 * <p>Found by Spark as a service, on the executors as well; other reads do not see it.
 */
public final class QuietConnections extends JdbcConnectionProvider {
  static final String NAME = "sluice";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean canHandle(Driver driver, Map<String, String> options) {
    return options.get(JDBCOptions.JDBC_CONNECTION_PROVIDER()).contains(NAME);
  }

  @Override
  public Connection getConnection(Driver driver, Map<String, String> options) {
    JDBCOptions read = new JDBCOptions(options);
    try {
      return driver.connect(read.url(), read.asConnectionProperties());
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Override
  public boolean modifiesSecurityContext(Driver driver, Map<String, String> options) {
    return false;
  }
}
