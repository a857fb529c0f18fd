package dev.sluice.transform.source;

import dev.sluice.transform.job.TableName;
import dev.sluice.transform.source.TableCopy.Split;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.DataType;

/** Reads a source's file. */
final class SourceFile {
  static final int DEFAULT_CONNECTIONS = 4;
  static final int DEFAULT_FETCH_SIZE = 10_000;

  private static final List<Server> SERVERS = List.of(new Postgres(), new Maria());
  private static final List<String> MODES = List.of("full", "incremental", "snapshot");
  private static final List<String> SOURCE_KEYS =
      List.of(
          "name",
          "kind",
          "url",
          "user",
          "password",
          "max_connections",
          "fetch_size",
          "rows_per_second",
          "tables");
  private static final List<String> TABLE_KEYS =
      List.of(
          "from",
          "to",
          "mode",
          "column",
          "overlap",
          "keys",
          "columns",
          "except",
          "where",
          "partition",
          "fetch_size",
          "rows_per_second",
          "types");

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
  private static final Pattern SPAN = Pattern.compile("(\\d{1,6})([smhd])");

  private final Entry file;

  private SourceFile(Entry file) {
    this.file = file;
  }

  static Source read(String name, String yaml) {
    return new SourceFile(Entry.read(name, yaml).only(SOURCE_KEYS)).source();
  }

  private Source source() {
    String name = file.needed("name");
    file.needed("kind");
    file.needed("password");
    Server server = file.made("kind", SourceFile::server).orElseThrow();
    String variable = file.made("password", SourceFile::variable).orElseThrow();
    List<TableCopy> tables = new ArrayList<>();
    for (Entry table : file.entries("tables")) {
      tables.add(table(name, table.only(TABLE_KEYS)));
    }
    int connections =
        file.number("max_connections", Source.FEWEST_CONNECTIONS, DEFAULT_CONNECTIONS);
    try {
      return new Source(
          name, server, file.needed("url"), file.needed("user"), variable, connections, tables);
    } catch (IllegalArgumentException wrong) {
      throw file.refusal(wrong.getMessage().startsWith("url") ? "url" : "name", wrong.getMessage());
    }
  }

  private static Server server(String kind) {
    List<String> kinds = SERVERS.stream().map(Server::kind).toList();
    return SERVERS.stream()
        .filter(server -> server.kind().equals(kind))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no kind '" + kind + "'" + Names.hint(kind, kinds)));
  }

  /** What is not the name of a variable may be a password, and is not repeated. */
  private static String variable(String text) {
    Matcher variable = VARIABLE.matcher(text);
    if (!variable.matches()) {
      throw new IllegalArgumentException(
          "a password is not written down; name an environment variable: password: ${NAME}");
    }
    return variable.group(1);
  }

  private TableCopy table(String source, Entry table) {
    table.needed("from");
    Relation from = table.made("from", Relation::parse).orElseThrow();
    TableName to =
        table
            .made("to", SourceFile::lakeTable)
            .orElseGet(
                () -> lakeTable("source." + CopiedColumn.lakeName(source + "_" + from.table())));
    if (table.has("columns") && table.has("except")) {
      throw table.refusal("except", "'columns' and 'except' are not written together");
    }
    return new TableCopy(
        from,
        to,
        mode(table),
        table.texts("columns"),
        table.texts("except"),
        table.text("where"),
        table.entry("partition").map(SourceFile::split),
        table.number("fetch_size", 1, file.number("fetch_size", 1, DEFAULT_FETCH_SIZE)),
        rate(table).or(() -> rate(file)),
        types(table));
  }

  private static TableName lakeTable(String text) {
    List<String> words = Arrays.asList(text.replaceFirst("^lake\\.", "").split("\\.", -1));
    if (words.size() != 2) {
      throw new IllegalArgumentException(
          "a table of the lake is written as namespace.table: " + text);
    }
    return new TableName(words.get(0), words.get(1));
  }

  private static Mode mode(Entry table) {
    table.needed("mode");
    String mode =
        table
            .made(
                "mode",
                word -> {
                  if (!MODES.contains(word)) {
                    throw new IllegalArgumentException(
                        "there is no mode '" + word + "'" + Names.hint(word, MODES));
                  }
                  return word;
                })
            .orElseThrow();
    if (!mode.equals("incremental")) {
      for (String key : List.of("column", "overlap")) {
        if (table.has(key)) {
          throw table.refusal(key, "'" + key + "' is for mode incremental only");
        }
      }
    }
    if (!mode.equals("full") && table.texts("keys").isEmpty()) {
      throw table.refusal("keys", "mode " + mode + " needs 'keys', which tell rows apart");
    }
    List<String> keys = table.texts("keys");
    if (mode.equals("full")) {
      return new Mode.Full(keys);
    }
    if (mode.equals("snapshot")) {
      return new Mode.Snapshot(keys);
    }
    table.needed("overlap");
    return new Mode.Incremental(
        table.needed("column"), table.made("overlap", SourceFile::overlap).orElseThrow(), keys);
  }

  private static Mode.Overlap overlap(String text) {
    Matcher span = SPAN.matcher(text);
    if (span.matches()) {
      long number = Long.parseLong(span.group(1));
      return new Mode.Span(
          switch (span.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          });
    }
    if (text.matches("\\d{1,18}")) {
      return new Mode.Steps(new BigDecimal(text));
    }
    throw new IllegalArgumentException(
        "'overlap' is a time such as 15m, or a number for a column of numbers: " + text);
  }

  private static Split split(Entry partition) {
    partition.only(List.of("column", "count"));
    partition.needed("count");
    return partition
        .made("count", count -> new Split(partition.needed("column"), Integer.parseInt(count)))
        .orElseThrow();
  }

  private static Optional<Integer> rate(Entry entry) {
    return entry.has("rows_per_second")
        ? Optional.of(entry.number("rows_per_second", 1, 1))
        : Optional.empty();
  }

  private static Map<String, String> types(Entry table) {
    Optional<Entry> types = table.entry("types");
    if (types.isEmpty()) {
      return Map.of();
    }
    Map<String, String> words = types.get().words();
    words.forEach(
        (column, type) -> {
          try {
            DataType.fromDDL(type);
          } catch (Exception unknown) {
            throw types
                .get()
                .refusal(
                    column,
                    "there is no type '"
                        + type
                        + "'; write one of Spark's SQL, such as decimal(20,4)");
          }
        });
    return words;
  }
}
