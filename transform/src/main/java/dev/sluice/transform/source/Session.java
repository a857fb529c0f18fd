package dev.sluice.transform.source;

import dev.sluice.transform.job.JobFailure;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * The driver's own session with a source, which cannot write: it looks at what is to be copied, and
 * where the server can, it holds the snapshot that all reading sessions see until it is closed.
 */
final class Session implements AutoCloseable {
  private final Source source;
  private final Connection connection;

  private Session(Source source, Connection connection) {
    this.source = source;
    this.connection = connection;
  }

  static Session open(Source source, Password password) throws SQLException {
    Connection connection = driver(source).connect(source.url(), properties(source, password));
    if (connection == null) {
      throw new JobFailure(source.server().driver() + " does not know " + source.place());
    }
    try {
      source.server().begin(connection);
      return new Session(source, connection);
    } catch (SQLException | RuntimeException broken) {
      connection.close();
      throw broken;
    }
  }

  /** What a driver is told; also by the executors. */
  static Properties properties(Source source, Password password) {
    Properties properties = new Properties();
    properties.putAll(source.server().properties());
    properties.setProperty("user", source.user());
    properties.setProperty("password", password.value());
    return properties;
  }

  /** Found as Spark finds classes that a user added; {@code DriverManager} does not see those. */
  private static Driver driver(Source source) {
    try {
      return Class.forName(
              source.server().driver(), true, Thread.currentThread().getContextClassLoader())
          .asSubclass(Driver.class)
          .getConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError missing) {
      throw new JobFailure(
          "Spark has no driver for source %s; add --packages %s:VERSION, or --conf spark.jars="
                  .formatted(source.name(), source.server().driverPackage())
              + "its jar",
          missing);
    }
  }

  /** The moment that all reads see, as the server's clock has it. */
  Server.Moment moment() throws SQLException {
    return source.server().moment(connection);
  }

  String readerSession(Server.Moment moment) throws SQLException {
    return source.server().readerSession(connection, moment);
  }

  List<SourceColumn> columns(Relation table) throws SQLException {
    return source.server().describe(connection, table);
  }

  /** The one row that a query answers; what is nothing there is empty. */
  List<Optional<String>> row(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      List<Optional<String>> values = new ArrayList<>();
      for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
        values.add(Optional.ofNullable(result.getString(i)));
      }
      return Collections.unmodifiableList(values);
    }
  }

  @Override
  public void close() throws SQLException {
    if (!connection.isClosed() && !connection.getAutoCommit()) {
      connection.rollback();
    }
    connection.close();
  }
}
