package dev.sluice.transform.source;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** PostgreSQL: all sessions of a copy see one snapshot. */
record Postgres() implements Server {
  /** Texts that do not depend on what the server is set to, and a snapshot that lasts. */
  private static final String PLAIN_TEXTS =
      "SET TimeZone TO 'UTC'; SET idle_in_transaction_session_timeout TO 0; SET IntervalStyle TO 'iso_8601'; SET DateStyle TO 'ISO, YMD'";

  private static final String NEVER_WRITE = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY";

  /** A domain is as the type that it stands on. */
  private static final String COLUMNS =
      """
      WITH RECURSIVE base (attnum, name, oid, mod, says) AS (
        SELECT attnum, attname, atttypid, atttypmod, col_description(attrelid, attnum)
          FROM pg_attribute
         WHERE attrelid = to_regclass(?)::oid AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT b.attnum, b.name, t.typbasetype,
               CASE WHEN t.typtypmod = -1 THEN b.mod ELSE t.typtypmod END, b.says
          FROM base b JOIN pg_type t ON t.oid = b.oid WHERE t.typtype = 'd')
      SELECT b.name, t.typname, format_type(b.oid, b.mod), b.mod, e.typname, b.says
        FROM base b JOIN pg_type t ON t.oid = b.oid
        LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
       WHERE t.typtype <> 'd'
       ORDER BY b.attnum
      """;

  @Override
  public String kind() {
    return "postgresql";
  }

  @Override
  public String scheme() {
    return "jdbc:postgresql:";
  }

  @Override
  public String driver() {
    return "org.postgresql.Driver";
  }

  @Override
  public String driverPackage() {
    return "org.postgresql:postgresql";
  }

  @Override
  public String sparkUrl(String url) {
    return url;
  }

  @Override
  public Map<String, String> properties() {
    return Map.of(
        "ApplicationName",
        "sluice",
        "readOnly",
        "true",
        "connectTimeout",
        "10",
        "tcpKeepAlive",
        "true");
  }

  @Override
  public String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Override
  public void begin(Connection connection) throws SQLException {
    connection.setReadOnly(true);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(PLAIN_TEXTS + "; " + NEVER_WRITE);
    }
  }

  @Override
  public Moment moment(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT pg_export_snapshot(),"
                    + " (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")) {
      row.next();
      return new Moment(row.getLong(2), Optional.of(row.getString(1)));
    }
  }

  @Override
  public String readerSession(Connection connection, Moment moment) {
    return "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT '"
        + moment.snapshot().orElseThrow()
        + "'; "
        + NEVER_WRITE
        + "; "
        + PLAIN_TEXTS;
  }

  @Override
  public List<SourceColumn> describe(Connection connection, Relation table) throws SQLException {
    List<SourceColumn> columns = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setString(1, table.sql(this::quoted));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          int mod = row.getInt(4);
          boolean numeric =
              row.getString(2).equals("numeric") || "numeric".equals(row.getString(5));
          columns.add(
              new SourceColumn(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  mod < 0 || !numeric ? Optional.empty() : Optional.of(((mod - 4) >> 16) & 0xffff),
                  // Eleven bits with a sign: a scale may be negative.
                  mod < 0 || !numeric
                      ? Optional.empty()
                      : Optional.of((((mod - 4) & 0x7ff) ^ 1024) - 1024),
                  Optional.ofNullable(row.getString(5)),
                  Optional.ofNullable(row.getString(6)).orElse("")));
        }
      }
    }
    return columns;
  }

  @Override
  public CopiedColumn copied(SourceColumn column) {
    return PostgresTypes.copied(column, quoted(column.name()));
  }

  @Override
  public String text(String column) {
    return column + "::text";
  }

  @Override
  public Optional<CopiedColumn> ifItFits(SourceColumn column) {
    return PostgresTypes.ifItFits(column, quoted(column.name()));
  }

  @Override
  public Scale scale(SourceColumn column) {
    return switch (column.type()) {
      case "int2", "int4", "int8", "numeric", "oid" -> Scale.NUMBER;
      case "date" -> Scale.DAY;
      case "timestamp", "timestamptz" -> Scale.TIME;
      default -> Scale.NONE;
    };
  }

  @Override
  public String bounds(String column, Scale scale) {
    String finite =
        switch (scale) {
          case DAY, TIME -> "isfinite(" + column + ")";
          default -> column + "::text NOT IN ('NaN', 'Infinity', '-Infinity')";
        };
    String least = "min(" + column + ") FILTER (WHERE " + finite + ")";
    String greatest = "max(" + column + ") FILTER (WHERE " + finite + ")";
    return switch (scale) {
      case DAY -> least + " - DATE '1970-01-01', " + greatest + " - DATE '1970-01-01'";
      case TIME -> PostgresTypes.micros(least) + ", " + PostgresTypes.micros(greatest);
      default -> least + ", " + greatest;
    };
  }

  @Override
  public String literal(BigDecimal number, Scale scale) {
    return switch (scale) {
      case DAY -> "(DATE '1970-01-01' + " + number.toBigInteger() + ")";
      case TIME ->
          "(TIMESTAMP '1970-01-01' + " + number.toBigInteger() + " * INTERVAL '1 microsecond')";
      default -> number.toPlainString();
    };
  }

  @Override
  public String hashed(String column, int part, int parts) {
    return "mod(abs(hashtext(" + column + "::text)::bigint), " + parts + ") = " + part;
  }
}
