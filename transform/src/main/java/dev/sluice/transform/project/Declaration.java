package dev.sluice.transform.project;

import dev.sluice.transform.job.Check;
import dev.sluice.transform.job.Materialization;
import dev.sluice.transform.job.Read;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.job.TableShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.parser.ParserInterface;
import org.apache.spark.sql.execution.SparkSqlParser;
import org.apache.spark.sql.types.StructType;

/**
 * What a front matter says of its job.
 *
 * @param columns in the order they are written; none when the query alone says them
 * @param stands the columns of a read that may be missing: what the query then finds no rows of
 */
record Declaration(
    Place place,
    TableName table,
    String says,
    Optional<String> owner,
    Optional<String> schedule,
    Materialization materialization,
    List<Read> reads,
    Map<TableName, StructType> stands,
    List<Column> columns,
    List<String> order,
    List<Check> checks) {

  /**
   * A column of the table.
   *
   * @param type as SQL writes it; none when the query says it
   */
  record Column(String name, Optional<String> type, String says) {}

  private static final List<String> KEYS =
      List.of(
          "table",
          "description",
          "owner",
          "schedule",
          "materialization",
          "partition",
          "keys",
          "reads",
          "columns",
          "order",
          "checks");
  private static final List<String> MATERIALIZATIONS = List.of("day", "whole", "merge");

  Declaration {
    reads = List.copyOf(reads);
    stands = Map.copyOf(stands);
    columns = List.copyOf(columns);
    order = List.copyOf(order);
    checks = List.copyOf(checks);
  }

  /** The columns that the query finds no rows of when the table is missing. */
  Optional<StructType> missing(TableName table) {
    return Optional.ofNullable(stands.get(table));
  }

  /** Whether the table's columns are known without its query. */
  boolean allTyped() {
    return !columns.isEmpty() && columns.stream().allMatch(column -> column.type().isPresent());
  }

  static Declaration of(Value.Keyed settings) {
    settings.refuseOthers(KEYS);
    TableName table = Names.table(settings.neededText("table"), settings.place("table"));
    List<String> keys = settings.texts("keys");
    Materialization materialization = materialization(settings, keys);
    List<Read> reads = new ArrayList<>();
    Map<TableName, StructType> stands = new LinkedHashMap<>();
    for (Value item : settings.items("reads")) {
      Read read = read(item, stands);
      if (read.table().equals(table)) {
        throw item.place()
            .refuse(
                "reads its own table "
                    + table
                    + ": its rows would depend on the order in which days run");
      }
      if (reads.stream().anyMatch(other -> other.table().equals(read.table()))) {
        throw item.place().refuse("reads " + read.table() + " twice; give the widest days once");
      }
      reads.add(read);
    }
    return new Declaration(
        settings.place(),
        table,
        settings.text("description").orElse(""),
        settings.text("owner"),
        settings.text("schedule"),
        materialization,
        reads,
        stands,
        columns(settings),
        settings.texts("order"),
        checks(settings, keys));
  }

  private static Materialization materialization(Value.Keyed settings, List<String> keys) {
    String word = settings.text("materialization").orElse("day");
    Place at = settings.place("materialization");
    Optional<String> partition = settings.text("partition");
    switch (word) {
      case "day" -> {
        if (!partition.orElse(TableShape.DAY).equals(TableShape.DAY)) {
          throw settings
              .place("partition")
              .refuse("a table that is made day by day is partitioned by its column day");
        }
        return new Materialization.Day();
      }
      case "whole" -> {}
      case "merge" -> {
        if (keys.isEmpty()) {
          throw at.refuse("'merge' needs 'keys': the columns by which a row is known");
        }
      }
      default -> throw at.refuseUnknown("materialization", word, MATERIALIZATIONS);
    }
    if (partition.isPresent()) {
      throw settings.place("partition").refuse("a table made '" + word + "' has no partitions");
    }
    return word.equals("whole") ? new Materialization.Whole() : new Materialization.Merge(keys);
  }

  private static Read read(Value item, Map<TableName, StructType> stands) {
    if (item instanceof Value.Text text) {
      return Read.day(Names.table(text.asText("reads"), text.place()));
    }
    if (!(item instanceof Value.Keyed keyed)) {
      throw item.place().refuse("a read is a table's name, or {table: .., look_back: ..}");
    }
    keyed.refuseOthers(List.of("table", "look_back", "look_ahead", "optional", "columns"));
    TableName table = Names.table(keyed.neededText("table"), keyed.place("table"));
    Read read = Read.around(table, days(keyed, "look_back"), days(keyed, "look_ahead"));
    if (!isTrue(keyed, "optional")) {
      if (keyed.value("columns").isPresent()) {
        throw keyed.place("columns").refuse("'columns' of a read are for one that is optional");
      }
      return read;
    }
    List<String> fields = new ArrayList<>();
    for (Map.Entry<String, Value> column : mapping(keyed, "columns").entrySet()) {
      fields.add("`" + column.getKey() + "` " + type(column.getValue().asText("type"), column));
    }
    if (fields.isEmpty()) {
      throw item.place()
          .refuse("an optional read needs 'columns' with their types: the table may not be there");
    }
    stands.put(table, StructType.fromDDL(String.join(", ", fields)));
    return read.orNothing();
  }

  private static boolean isTrue(Value.Keyed keyed, String key) {
    String word = keyed.text(key).orElse("false");
    if (!word.equals("true") && !word.equals("false")) {
      throw keyed.place(key).refuse("'" + key + "' is true or false, not '" + word + "'");
    }
    return word.equals("true");
  }

  private static int days(Value.Keyed keyed, String key) {
    String word = keyed.text(key).orElse("0");
    if (word.equals("all")) {
      return Read.ALL;
    }
    if (!word.matches("\\d{1,4}")) {
      throw keyed.place(key).refuse("'" + key + "' is a number of days or all, not '" + word + "'");
    }
    return Integer.parseInt(word);
  }

  private static List<Column> columns(Value.Keyed settings) {
    List<Column> columns = new ArrayList<>();
    for (Map.Entry<String, Value> column : mapping(settings, "columns").entrySet()) {
      if (column.getValue() instanceof Value.Keyed keyed) {
        keyed.refuseOthers(List.of("type", "description"));
        columns.add(
            new Column(
                column.getKey(),
                keyed.text("type").map(type -> type(type, column)),
                keyed.text("description").orElse("")));
      } else {
        columns.add(
            new Column(
                column.getKey(), Optional.empty(), column.getValue().asText(column.getKey())));
      }
    }
    return columns;
  }

  private static Map<String, Value> mapping(Value.Keyed settings, String key) {
    Optional<Value> value = settings.value(key);
    if (value.isEmpty()) {
      return Map.of();
    }
    if (value.get() instanceof Value.Keyed keyed) {
      return keyed.values();
    }
    throw value.get().place().refuse("'" + key + "' is written as 'column: ..' on each line");
  }

  private static String type(String type, Map.Entry<String, Value> column) {
    ParserInterface parser = new SparkSqlParser();
    try {
      return parser.parseDataType(type).sql();
    } catch (ParseException unknown) {
      throw column
          .getValue()
          .place()
          .refuse("'" + type + "' of column " + column.getKey() + " is no type of SQL", unknown);
    }
  }

  /** What is declared, after what the keys promise: they know a row. */
  private static List<Check> checks(Value.Keyed settings, List<String> keys) {
    List<Check> declared = CheckList.of(settings.items("checks"));
    Set<String> names = new HashSet<>();
    declared.forEach(check -> names.add(check.name()));
    List<Check> checks = new ArrayList<>();
    if (!keys.isEmpty()) {
      keys.forEach(key -> checks.add(Check.notNull(key)));
      checks.add(Check.unique(keys.toArray(String[]::new)));
    }
    checks.removeIf(check -> names.contains(check.name()));
    checks.addAll(declared);
    return checks;
  }
}
