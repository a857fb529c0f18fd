package dev.sluice.lake.query;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The query as it is read row by row. DuckDB hands its rows over in fixed numbers, however long
 * they are, and the driver copies all of them at once; so a long row is followed by as many empty
 * ones as its length asks for, which leaves fewer long ones in each hand-over. Their first column
 * says which are which: 0 for a row.
 */
final class RowsQuery {
  /** The words of the error that a row above the bound is answered with. */
  static final String TOO_LONG = "a row is longer than";

  private static final int ROWS_AT_ONCE = 2048;

  private final String query;
  private final List<Column> columns;
  private final OptionalLong limit;
  private final long maxBytes;

  /**
   * @param query one that can stand inside another
   * @param maxBytes of the longest row, and of what is handed over at once, twice at most
   */
  RowsQuery(String query, List<Column> columns, OptionalLong limit, long maxBytes) {
    this.query = query;
    this.columns = List.copyOf(columns);
    this.limit = limit;
    this.maxBytes = maxBytes;
  }

  String text() {
    String names =
        IntStream.range(0, columns.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
    String bounded =
        "SELECT * FROM ("
            + query
            + ") AS answer("
            + names
            + ")"
            + (limit.isPresent() ? " LIMIT " + limit.getAsLong() : "");
    List<String> lengths =
        IntStream.range(0, columns.size())
            .filter(i -> columns.get(i).ofAnyLength())
            .mapToObj(i -> columns.get(i).length("c" + i))
            .toList();
    if (lengths.isEmpty()) {
      return "SELECT 0 AS filler, * FROM (" + bounded + ")";
    }
    String values =
        IntStream.range(0, columns.size())
            .mapToObj(i -> "CASE WHEN filler = 0 THEN c" + i + " END")
            .collect(Collectors.joining(", "));
    return "SELECT filler, "
        + values
        + " FROM (SELECT *, unnest(CASE WHEN bytes > "
        + maxBytes
        + " THEN error('"
        + TOO_LONG
        + "') ELSE range(1 + bytes // "
        + Math.max(1, maxBytes / ROWS_AT_ONCE)
        + ") END) AS filler FROM (SELECT *, "
        + String.join(" + ", lengths)
        + " AS bytes FROM ("
        + bounded
        + ")))";
  }
}
