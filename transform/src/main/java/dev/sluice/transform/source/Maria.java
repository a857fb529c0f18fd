package dev.sluice.transform.source;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * MariaDB and MySQL. Their sessions cannot share a snapshot: each part of a table is read as it is
 * when its one statement begins.
 */
record Maria() implements Server {
  private static final String COLUMNS =
      """
      SELECT column_name, data_type, column_type, numeric_precision, numeric_scale, column_comment
        FROM information_schema.columns
       WHERE table_schema = coalesce(?, database()) AND table_name = ?
       ORDER BY ordinal_position
      """;

  @Override
  public String kind() {
    return "mysql";
  }

  @Override
  public String scheme() {
    return "jdbc:mariadb:";
  }

  @Override
  public String driver() {
    return "org.mariadb.jdbc.Driver";
  }

  @Override
  public String driverPackage() {
    return "org.mariadb.jdbc:mariadb-java-client";
  }

  /** Spark quotes names with backticks only where it takes the address for MySQL's. */
  @Override
  public String sparkUrl(String url) {
    return "jdbc:mysql:"
        + url.substring(scheme().length())
        + (url.contains("?") ? "&" : "?")
        + "permitMysqlScheme";
  }

  @Override
  public Map<String, String> properties() {
    return Map.of("connectTimeout", "10000", "tcpKeepAlive", "true", "tinyInt1isBit", "false");
  }

  @Override
  public String quoted(String name) {
    return '`' + name.replace("`", "``") + '`';
  }

  @Override
  public void begin(Connection connection) throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (Statement statement = connection.createStatement()) {
      statement.execute(readerSession(connection, new Moment(0, Optional.empty())));
    }
    connection.setAutoCommit(true);
  }

  @Override
  public Moment moment(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT CAST(unix_timestamp(now(6)) * 1000000 AS SIGNED)")) {
      row.next();
      return new Moment(row.getLong(1), Optional.empty());
    }
  }

  /** The variable that forbids to write has had two names. */
  @Override
  public String readerSession(Connection connection, Moment moment) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SHOW SESSION VARIABLES WHERE variable_name IN"
                    + " ('transaction_read_only', 'tx_read_only')")) {
      if (!row.next()) {
        throw new SQLException("the server has no sessions that only read");
      }
      return "SET SESSION time_zone = '+00:00', SESSION net_write_timeout = 3600, SESSION "
          + row.getString(1)
          + " = 1";
    }
  }

  @Override
  public List<SourceColumn> describe(Connection connection, Relation table) throws SQLException {
    List<SourceColumn> columns = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setString(1, table.words().size() == 2 ? table.words().get(0) : null);
      statement.setString(2, table.table());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          columns.add(
              new SourceColumn(
                  row.getString(1),
                  row.getString(2).toLowerCase(Locale.ROOT),
                  row.getString(3).toLowerCase(Locale.ROOT),
                  Optional.ofNullable(row.getString(4)).map(Integer::valueOf),
                  Optional.ofNullable(row.getString(5)).map(Integer::valueOf),
                  Optional.empty(),
                  row.getString(6)));
        }
      }
    }
    return columns;
  }

  @Override
  public CopiedColumn copied(SourceColumn column) {
    return MariaTypes.copied(column, quoted(column.name()));
  }

  @Override
  public String text(String column) {
    return "CONVERT(" + column + " USING utf8mb4)";
  }

  @Override
  public Scale scale(SourceColumn column) {
    return switch (column.type()) {
      case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "year" -> Scale.NUMBER;
      case "date" -> Scale.DAY;
      case "datetime", "timestamp" -> Scale.TIME;
      default -> Scale.NONE;
    };
  }

  /** A day that no calendar has is before all others. */
  @Override
  public String bounds(String column, Scale scale) {
    String real = "CASE WHEN " + column + " > '1000-01-01' THEN " + column + " END";
    return switch (scale) {
      case DAY ->
          "DATEDIFF(min(%1$s), '1970-01-01'), DATEDIFF(max(%1$s), '1970-01-01')".formatted(real);
      case TIME ->
          "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', min(%1$s)), TIMESTAMPDIFF(MICROSECOND, '1970-01-01', max(%1$s))"
              .formatted(real);
      default -> "min(%1$s), max(%1$s)".formatted(column);
    };
  }

  @Override
  public String literal(BigDecimal number, Scale scale) {
    return switch (scale) {
      case DAY -> "DATE_ADD(DATE('1970-01-01'), INTERVAL " + number.toBigInteger() + " DAY)";
      case TIME ->
          "TIMESTAMPADD(MICROSECOND, " + number.toBigInteger() + ", TIMESTAMP('1970-01-01'))";
      default -> number.toPlainString();
    };
  }

  @Override
  public String hashed(String column, int part, int parts) {
    return "MOD(CRC32(" + column + "), " + parts + ") = " + part;
  }

  /** A host that may not connect is refused by a code of its own. */
  @Override
  public Failure failure(SQLException failed) {
    return failed.getErrorCode() == 1045 || failed.getErrorCode() == 1044
        ? Failure.REFUSED_USER
        : Server.super.failure(failed);
  }
}
