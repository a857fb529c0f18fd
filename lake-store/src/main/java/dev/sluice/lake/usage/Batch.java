package dev.sluice.lake.usage;

import dev.sluice.awswire.Digests;
import dev.sluice.lake.database.Statements;
import dev.sluice.lake.usage.Use.OfTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Some uses added up, and written in one transaction, always in one order. */
final class Batch {
  private static final int DIGEST_CHARACTERS = 32;

  private static final String DAY =
      """
      INSERT INTO sluice_usage_days AS old
        (table_key, day, who, engine, queries, loads, millis, row_count, last)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (table_key, day, who, engine) DO UPDATE SET
        queries = old.queries + excluded.queries, loads = old.loads + excluded.loads,
        millis = old.millis + excluded.millis, row_count = old.row_count + excluded.row_count,
        last = CASE WHEN excluded.last > old.last THEN excluded.last ELSE old.last END
      """;

  private static final String QUERY =
      """
      INSERT INTO sluice_usage_queries AS old
        (table_key, shape, text, tables, times, millis, row_count, who, last)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (table_key, shape) DO UPDATE SET
        times = old.times + excluded.times, millis = old.millis + excluded.millis,
        row_count = old.row_count + excluded.row_count, tables = excluded.tables,
        who = CASE WHEN excluded.last > old.last THEN excluded.who ELSE old.who END,
        last = CASE WHEN excluded.last > old.last THEN excluded.last ELSE old.last END
      """;

  private static final String COLUMN =
      """
      INSERT INTO sluice_usage_columns AS old (table_key, column_name, times, last)
      VALUES (?, ?, ?, ?)
      ON CONFLICT (table_key, column_name) DO UPDATE SET times = old.times + excluded.times,
        last = CASE WHEN excluded.last > old.last THEN excluded.last ELSE old.last END
      """;

  private record DayKey(String table, String day, String who, String engine)
      implements Comparable<DayKey> {
    @Override
    public int compareTo(DayKey other) {
      return List.of(table, day, who, engine)
          .toString()
          .compareTo(List.of(other.table, other.day, other.who, other.engine).toString());
    }
  }

  private static final class Sum {
    private long queries;
    private long loads;
    private long millis;
    private long rows;
    private long last;
    private String text = "";
    private String tables = "";
    private String who = "";
  }

  private final UsageSettings settings;
  private Mentions mentions = new Mentions(List.of());
  private final Map<DayKey, Sum> days = new TreeMap<>();
  private final Map<List<String>, Sum> queries =
      new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
  private final Map<List<String>, Sum> columns =
      new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));

  /**
   * @param namespaces all there are, asked for only where there are queries
   */
  Batch(UsageSettings settings, List<Use> uses, Supplier<List<String>> namespaces) {
    this.settings = settings;
    if (uses.stream().anyMatch(Use.Query.class::isInstance)) {
      mentions = new Mentions(namespaces.get());
    }
    uses.forEach(this::add);
  }

  private void add(Use use) {
    String day = LocalDate.ofInstant(use.at(), ZoneOffset.UTC).toString();
    String engine = use instanceof Use.Load load ? load.engine() : "";
    long last = use.at().toEpochMilli();
    for (OfTable table : use.tables()) {
      Sum sum =
          days.computeIfAbsent(new DayKey(table.key(), day, use.user(), engine), key -> new Sum());
      sum.last = Math.max(sum.last, last);
      if (use instanceof Use.Query query) {
        sum.queries++;
        sum.millis += query.took().toMillis();
        sum.rows += query.rows();
        addQuery(table, query, last);
      } else {
        sum.loads++;
      }
    }
  }

  private void addQuery(OfTable table, Use.Query query, long last) {
    String text = QueryShape.of(query.sql(), settings.maxText());
    Set<OfTable> named = mentions.in(QueryShape.looked(query.sql(), settings.maxText()));
    String tables =
        Stream.concat(query.tables().stream(), named.stream())
            .map(OfTable::key)
            .distinct()
            .sorted()
            .collect(Collectors.joining("\n"));
    Sum sum = queries.computeIfAbsent(List.of(table.key(), digest(text)), key -> new Sum());
    sum.text = text;
    sum.tables = tables;
    sum.queries++;
    sum.millis += query.took().toMillis();
    sum.rows += query.rows();
    if (last >= sum.last) {
      sum.last = last;
      sum.who = query.user();
    }
    for (String column : table.columns()) {
      Sum own = columns.computeIfAbsent(List.of(table.key(), column), key -> new Sum());
      own.queries++;
      own.last = Math.max(own.last, last);
    }
  }

  void write(Connection connection) throws SQLException {
    Set<String> touched = writeDays(connection);
    for (Map.Entry<List<String>, Sum> each : queries.entrySet()) {
      Sum sum = each.getValue();
      Statements.run(
          connection,
          QUERY,
          each.getKey().get(0),
          each.getKey().get(1),
          sum.text,
          sum.tables,
          sum.queries,
          sum.millis,
          sum.rows,
          sum.who,
          sum.last);
    }
    for (Map.Entry<List<String>, Sum> each : columns.entrySet()) {
      Sum sum = each.getValue();
      Statements.run(
          connection, COLUMN, each.getKey().get(0), each.getKey().get(1), sum.queries, sum.last);
    }
    for (String table : touched) {
      Statements.run(
          connection,
          "DELETE FROM sluice_usage_queries WHERE table_key = ? AND shape IN (SELECT shape FROM"
              + " sluice_usage_queries WHERE table_key = ? ORDER BY last DESC, shape"
              + " LIMIT 1000000000 OFFSET ?)",
          table,
          table,
          settings.queries());
    }
  }

  /** The tables that these days are of. */
  private Set<String> writeDays(Connection connection) throws SQLException {
    Set<String> touched = new TreeSet<>();
    Map<List<String>, Tellers> known =
        new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    for (Map.Entry<DayKey, Sum> each : days.entrySet()) {
      DayKey key = each.getKey();
      Sum sum = each.getValue();
      touched.add(key.table);
      List<String> tableAndDay = List.of(key.table, key.day);
      if (!known.containsKey(tableAndDay)) {
        known.put(tableAndDay, Tellers.read(connection, key.table, key.day, settings.users()));
      }
      Tellers.Line line = known.get(tableAndDay).add(new Tellers.Line(key.who, key.engine));
      Statements.run(
          connection,
          DAY,
          key.table,
          key.day,
          line.who(),
          line.engine(),
          sum.queries,
          sum.loads,
          sum.millis,
          sum.rows,
          sum.last);
    }
    return touched;
  }

  private static String digest(String text) {
    return Digests.sha256Hex(text).substring(0, DIGEST_CHARACTERS);
  }
}
