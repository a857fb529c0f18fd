package dev.sluice.lake.usage;

import dev.sluice.lake.name.Dotted;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** One use of some tables. */
public sealed interface Use {
  /**
   * A table, and the columns used if known.
   *
   * @param namespace its levels as {@link Dotted} has them
   */
  record OfTable(String namespace, String name, List<String> columns) {
    /** What only who may read everything may read. */
    static final OfTable ANYTHING = new OfTable("", "", List.of());

    public OfTable {
      columns = List.copyOf(columns);
    }

    String key() {
      return namespace + MARK + name;
    }
  }

  /** Between a namespace and a name in a row. */
  char MARK = 0x1F;

  Instant at();

  String user();

  List<OfTable> tables();

  /** A query of the lake's own SQL that was answered. */
  record Query(Instant at, String user, String sql, List<OfTable> tables, Duration took, long rows)
      implements Use {
    public Query {
      tables = List.copyOf(tables);
    }
  }

  /** Another engine loaded a table. */
  record Load(Instant at, String user, String engine, OfTable table) implements Use {
    @Override
    public List<OfTable> tables() {
      return List.of(table);
    }
  }
}
