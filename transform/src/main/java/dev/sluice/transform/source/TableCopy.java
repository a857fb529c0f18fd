package dev.sluice.transform.source;

import dev.sluice.transform.job.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One table to copy, as its source's file declares it.
 *
 * @param columns those that are copied; all where there are none
 * @param except those that are not
 * @param where a condition in the server's SQL
 * @param split by which column the table is read in several parts
 * @param types what a column is to be in the lake, where that is not left to its type
 */
record TableCopy(
    Relation from,
    TableName to,
    Mode mode,
    List<String> columns,
    List<String> except,
    Optional<String> where,
    Optional<Split> split,
    int fetchSize,
    Optional<Integer> rowsPerSecond,
    Map<String, String> types) {
  /** A column whose range of values is cut into so many parts. */
  record Split(String column, int parts) {
    static final int MOST = 1000;

    Split {
      if (parts < 2 || parts > MOST) {
        throw new IllegalArgumentException("a table is read in 2 to " + MOST + " parts: " + parts);
      }
    }
  }

  TableCopy {
    columns = List.copyOf(columns);
    except = List.copyOf(except);
    types = Map.copyOf(types);
  }

  /** Whether a column of the source is wanted. */
  boolean wants(String column) {
    return (columns.isEmpty() || columns.contains(column)) && !except.contains(column);
  }
}
