package dev.sluice.transform.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** DuckDB on the raw table's files, with as many threads and as much memory as Spark has. */
public final class Duck implements AutoCloseable {
  private final Connection connection;
  private final Path folder;

  private Duck(Connection connection, Path folder) {
    this.connection = connection;
    this.folder = folder;
  }

  /**
   * Opens it.
   *
   * @param folder where results go
   */
  public static Duck on(List<String> files, Path folder) throws SQLException {
    Duck duck = new Duck(DriverManager.getConnection("jdbc:duckdb:"), folder);
    duck.execute("SET threads = 2");
    duck.execute("SET memory_limit = '2GB'");
    duck.execute("SET temp_directory = '" + folder.resolve("spill") + "'");
    duck.execute("SET TimeZone = 'UTC'");
    duck.execute(
        "CREATE VIEW events AS SELECT * REPLACE (make_timestamp(epoch_us(_time)) AS _time,"
            + " make_timestamp(epoch_us(_received_at)) AS _received_at) FROM "
            + parquet(files));
    return duck;
  }

  /** Makes a table as a Parquet file. */
  public void make(Reference reference, LocalDate day) throws SQLException {
    execute(
        "COPY (" + reference.inDuckDb(day) + ") TO '" + made(reference) + "' (COMPRESSION zstd)");
  }

  /** How many rows of it there are, and the sum of a column. */
  public List<String> rowsAndSum(Reference reference, String amount) throws SQLException {
    return row(
        "SELECT count(*), sum("
            + amount
            + ") FROM "
            + parquet(List.of(made(reference).toString())));
  }

  /** How many rows of its table are not among those files' rows, or the other way round. */
  public long differences(Reference reference, List<String> files) throws SQLException {
    String own = parquet(List.of(made(reference).toString()));
    List<String> columns = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet described = statement.executeQuery("DESCRIBE FROM " + own)) {
      while (described.next()) {
        String name = described.getString(1);
        columns.add(name.endsWith("_at") ? "epoch_us(" + name + ")" : name);
      }
    }
    String select = "SELECT " + String.join(", ", columns) + " FROM ";
    long differ = 0;
    for (List<String> pair : List.of(List.of(own, parquet(files)), List.of(parquet(files), own))) {
      String sql =
          "SELECT count(*) FROM (%s EXCEPT ALL %s)"
              .formatted(select + pair.get(0), select + pair.get(1));
      differ += Long.parseLong(row(sql).get(0));
    }
    return differ;
  }

  private Path made(Reference reference) {
    return folder.resolve(reference.table() + ".parquet");
  }

  private static String parquet(List<String> files) {
    return files.stream()
        .map(file -> "'" + file.replaceFirst("^file:/+", "/") + "'")
        .collect(Collectors.joining(", ", "read_parquet([", "])"));
  }

  private List<String> row(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      List<String> row = new ArrayList<>();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        row.add(rows.getString(i));
      }
      return row;
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
