package dev.sluice.transform.source;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;

/** What differs between the kinds of servers. */
sealed interface Server permits Postgres, Maria {
  /** What the values of a column are to whoever cuts their range into parts. */
  enum Scale {
    NUMBER,
    DAY,
    TIME,
    /** Without an order that can be cut: the parts are those of a hash. */
    NONE
  }

  /** What a file calls it. */
  String kind();

  /** How its addresses begin. */
  String scheme();

  /** The class of its driver. */
  String driver();

  /** Where the driver is from, for who has to add it. */
  String driverPackage();

  /** The address as Spark takes it. */
  String sparkUrl(String url);

  /** What each connection is told, besides user and password. */
  Map<String, String> properties();

  /** A name as its SQL writes it. */
  String quoted(String name);

  /** Makes a connection one that cannot write, and begins its one transaction. */
  void begin(Connection connection) throws SQLException;

  /** The moment that the transaction sees. */
  Moment moment(Connection connection) throws SQLException;

  /** What a reading session is told before it reads, in one statement of Spark. */
  String readerSession(Connection connection, Moment moment) throws SQLException;

  /** The columns of a table; none when there is no such table, or it may not be seen. */
  List<SourceColumn> describe(Connection connection, Relation table) throws SQLException;

  /** How a column is read, and what it is in the lake. */
  CopiedColumn copied(SourceColumn column);

  /** How it is read as the text that the server makes of it. */
  String text(String column);

  /** Whether a type without declared bounds holds numbers that only looking at them tells. */
  default Optional<CopiedColumn> ifItFits(SourceColumn column) {
    return Optional.empty();
  }

  Scale scale(SourceColumn column);

  /** The least and the greatest value of a column, as numbers: days or microseconds since 1970. */
  String bounds(String column, Scale scale);

  /** A value of a column from its number. */
  String literal(BigDecimal number, Scale scale);

  /** The same of a column that the lake knows as a type. */
  static Scale scale(DataType type) {
    return switch (type.typeName().replaceFirst("\\(.*", "")) {
      case "integer", "long", "decimal", "short", "byte" -> Scale.NUMBER;
      case "date" -> Scale.DAY;
      case "timestamp", "timestamp_ntz" -> Scale.TIME;
      default -> Scale.NONE;
    };
  }

  /** A condition that is true of the rows of one part of many. */
  String hashed(String column, int part, int parts);

  /** Why a connection or a statement failed, if the server says so in a way of its own. */
  default Failure failure(SQLException failed) {
    String state = Optional.ofNullable(failed.getSQLState()).orElse("");
    if (state.startsWith("28")) {
      return Failure.REFUSED_USER;
    }
    return state.startsWith("08") ? Failure.AWAY : Failure.OTHER;
  }

  /** What a failure means to whoever has to mend it. */
  enum Failure {
    AWAY,
    REFUSED_USER,
    OTHER
  }

  /**
   * What a transaction sees.
   *
   * @param micros the server's time, since 1970
   * @param snapshot by which other sessions see the same, where the server has that
   */
  record Moment(long micros, Optional<String> snapshot) {}
}
