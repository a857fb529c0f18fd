package dev.sluice.lake.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The book's answers for people. */
final class BookPrint {
  private static final long KIBI = 1024;
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private BookPrint() {}

  static void hits(JsonNode answer, PrintWriter out) {
    for (JsonNode hit : answer.path("hits")) {
      out.println(
          safe(hit.path("name").asText())
              + (hit.path("kind").asText().equals("table")
                  ? ""
                  : "  (" + safe(hit.path("kind").asText()) + ")")
              + (hit.path("deprecated").asBoolean() ? "  deprecated" : "")
              + owned(hit));
      for (JsonNode match : hit.path("matches")) {
        if (!match.path("field").asText().equals("name")) {
          String column = match.path("column").asText();
          boolean named = match.path("field").asText().equals("column") || column.isEmpty();
          out.println(
              "    "
                  + match.path("field").asText()
                  + (named ? "" : " of " + safe(column))
                  + ": "
                  + marked(match));
        }
      }
    }
    int total = answer.path("total").asInt();
    int shown = answer.path("hits").size();
    out.println(
        total == 1 ? "1 found" : total + " found" + (shown < total ? ", the first " + shown : ""));
  }

  private static String owned(JsonNode hit) {
    String owner = hit.path("owner").asText();
    return owner.isEmpty() ? "" : "  owner " + safe(owner);
  }

  /** What was found in guillemets. */
  private static String marked(JsonNode match) {
    StringBuilder text = new StringBuilder(match.path("excerpt").asText());
    JsonNode marks = match.path("marks");
    for (int i = marks.size() - 1; i >= 0; i--) {
      text.insert(marks.path(i).path(1).asInt(), '»').insert(marks.path(i).path(0).asInt(), '«');
    }
    return safe(text.toString());
  }

  static void tables(JsonNode answer, PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode table : answer.path("tables")) {
      rows.add(
          List.of(
              table.path("name").asText(),
              table.path("kind").asText(),
              count(table.path("rows")),
              size(table.path("bytes")),
              freshness(table.path("freshness")),
              table.path("owner").asText(),
              firstLine(table.path("description").asText())));
    }
    columns(List.of("NAME", "KIND", "ROWS", "SIZE", "DATA", "OWNER", "DESCRIPTION"), rows, out);
    int total = answer.path("total").asInt();
    if (rows.size() < total) {
      out.println(total + " in all, the first " + rows.size());
    }
  }

  static void page(JsonNode page, PrintWriter out) {
    out.println(
        safe(page.path("name").asText())
            + "  "
            + page.path("kind").asText()
            + (page.path("state").asText().equals("dropped") ? ", dropped" : ""));
    List<List<String>> facts = new ArrayList<>();
    fact(facts, "deprecated", page.path("deprecated").asText());
    fact(facts, "use instead", page.path("useInstead").asText());
    fact(facts, "description", page.path("description").asText().replace("\n", " "));
    fact(facts, "owner", page.path("owner").asText());
    fact(facts, "on call", page.path("onCall").asText());
    fact(facts, "tags", joined(page.path("tags")));
    fact(facts, "data", freshness(page.path("freshness")));
    if (page.has("rows")) {
      fact(
          facts,
          "holds",
          count(page.path("rows"))
              + " rows, "
              + size(page.path("bytes"))
              + ", "
              + count(page.path("files"))
              + " files, "
              + page.path("snapshots").asText()
              + " snapshots");
    }
    fact(facts, "partitioning", joined(page.path("partitioning")));
    fact(facts, "sort order", joined(page.path("sortOrder")));
    fact(facts, "location", page.path("location").asText());
    fact(
        facts,
        "format",
        (page.has("fileFormat") ? page.path("fileFormat").asText() + ", " : "")
            + "Iceberg v"
            + page.path("formatVersion").asText());
    page.path("queries")
        .properties()
        .forEach(
            query ->
                fact(
                    facts,
                    "query (" + query.getKey() + ")",
                    query.getValue().asText().replace("\n", " ")));
    fact(facts, "created", mark(page.path("created")));
    fact(facts, "changed", mark(page.path("changed")));
    for (JsonNode writer : page.path("writers")) {
      fact(facts, "written", writer(writer));
    }
    fact(facts, "upstream", names(page.path("lineage").path("upstream")));
    fact(facts, "downstream", names(page.path("lineage").path("downstream")));
    fact(facts, "asked by", users(page.path("usage").path("users")));
    fact(facts, "trouble", page.path("trouble").asText());
    plain(facts, out);
    out.println();
    columnsOf(page, out);
  }

  static void columnsOf(JsonNode page, PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode column : page.path("columns")) {
      String pii = column.path("pii").asText();
      rows.add(
          List.of(
              column.path("name").asText(),
              column.path("type").asText()
                  + (column.path("required").asBoolean() ? ", required" : ""),
              pii.isEmpty() ? "" : pii + "/" + column.path("mask").asText(),
              joined(column.path("tags")),
              firstLine(column.path("description").asText())));
    }
    columns(List.of("COLUMN", "TYPE", "PII", "TAGS", "DESCRIPTION"), rows, out);
  }

  static void history(JsonNode answer, PrintWriter out) {
    for (JsonNode change : answer.path("changes")) {
      String by = change.path("by").asText();
      String engine = change.path("engine").asText();
      out.println(
          change.path("at").asText()
              + (by.isEmpty() ? "" : "  " + safe(by))
              + (engine.isEmpty() ? "" : "  (" + safe(engine) + ")"));
      change
          .path("differences")
          .forEach(each -> out.println("    " + safe(each.path("text").asText())));
    }
    more(answer, out);
  }

  static void edits(JsonNode answer, PrintWriter out) {
    for (JsonNode edit : answer.path("edits")) {
      out.println(edit.path("at").asText() + "  " + safe(edit.path("by").asText()));
      edit.path("changes").forEach(item -> out.println("    " + item(item)));
    }
    more(answer, out);
  }

  /** What an edit changed. */
  static void edited(JsonNode answer, PrintWriter out) {
    if (answer.path("changed").asInt() == 0) {
      out.println(
          "nothing to change: " + safe(answer.path("name").asText()) + " says that already");
    }
    answer.path("edit").path("changes").forEach(item -> out.println(item(item)));
  }

  private static String item(JsonNode item) {
    String column = item.path("column").asText();
    String of = (column.isEmpty() ? "" : column + " ") + item.path("field").asText();
    String after = item.path("after").asText();
    String before = item.path("before").asText();
    return safe(
        of
            + ": "
            + (after.isEmpty() ? "taken back" : after)
            + (before.isEmpty() ? "" : "  (was " + before + ")"));
  }

  static void tags(JsonNode answer, PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    answer
        .path("tags")
        .forEach(tag -> rows.add(List.of(tag.path("tag").asText(), tag.path("tables").asText())));
    columns(List.of("TAG", "TABLES"), rows, out);
  }

  static void sample(JsonNode answer, PrintWriter out) {
    List<String> header = new ArrayList<>();
    answer.path("columns").forEach(column -> header.add(column.path("name").asText()));
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode row : answer.path("rows")) {
      List<String> cells = new ArrayList<>();
      row.forEach(
          value ->
              cells.add(
                  value.isNull()
                      ? "NULL"
                      : value.isValueNode() ? value.asText() : value.toString()));
      rows.add(cells);
    }
    columns(header, rows, out);
  }

  private static void more(JsonNode answer, PrintWriter out) {
    if (answer.has("nextPageToken")) {
      out.println("there is more: --before " + answer.path("nextPageToken").asText());
    }
  }

  static void fact(List<List<String>> facts, String name, String value) {
    if (!value.isEmpty()) {
      facts.add(List.of(name, value));
    }
  }

  static void plain(List<List<String>> facts, PrintWriter out) {
    facts.forEach(fact -> out.println("  " + pad(fact.get(0), 14) + safe(fact.get(1))));
  }

  static void columns(List<String> header, List<List<String>> rows, PrintWriter out) {
    List<List<String>> all = new ArrayList<>(List.of(header));
    rows.forEach(row -> all.add(row.stream().map(BookPrint::safe).toList()));
    int[] widths = new int[header.size()];
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).codePointCount(0, row.get(i).length()));
      }
    }
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(pad(row.get(i), widths[i] + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.codePointCount(0, text.length())));
  }

  static String joined(JsonNode texts) {
    List<String> all = new ArrayList<>();
    texts.forEach(each -> all.add(each.asText()));
    return String.join(", ", all);
  }

  private static String names(JsonNode points) {
    List<String> all = new ArrayList<>();
    points.forEach(each -> all.add(each.path("id").asText()));
    return all.stream().distinct().collect(Collectors.joining(", "));
  }

  private static String users(JsonNode users) {
    List<String> all = new ArrayList<>();
    for (JsonNode user : users) {
      // Who only loads the table's files, by another engine, asks nothing here.
      if (user.path("queries").asLong() > 0) {
        all.add(user.path("name").asText() + " (" + user.path("queries").asText() + ")");
      }
    }
    return String.join(", ", all);
  }

  private static String mark(JsonNode mark) {
    String by = mark.path("by").asText();
    return mark.path("at").asText() + (by.isEmpty() ? "" : " by " + by);
  }

  private static String writer(JsonNode writer) {
    List<String> parts = new ArrayList<>();
    parts.add(writer.path("at").asText());
    for (Map.Entry<String, String> each :
        List.of(
            Map.entry("by", "by "), Map.entry("engine", "with "), Map.entry("application", ""))) {
      if (writer.has(each.getKey())) {
        parts.add(each.getValue() + writer.path(each.getKey()).asText());
      }
    }
    int commits = writer.path("commits").asInt();
    return String.join(" ", parts) + (commits == 1 ? ", 1 commit" : ", " + commits + " commits");
  }

  private static String freshness(JsonNode freshness) {
    String state = freshness.path("state").asText();
    if (!freshness.has("ageSeconds")) {
      return state.equals("late") ? "none, late" : "";
    }
    String age = age(freshness.path("ageSeconds").asLong()) + " old";
    return state.equals("no-promise")
        ? age
        : age
            + ", "
            + state
            + " (promised "
            + age(freshness.path("promisedSeconds").asLong())
            + ")";
  }

  private static String age(long seconds) {
    return seconds < 2 * MINUTE
        ? seconds + "s"
        : seconds < 2 * HOUR
            ? seconds / MINUTE + "m"
            : seconds < 2 * DAY ? seconds / HOUR + "h" : seconds / DAY + "d";
  }

  static String count(JsonNode number) {
    return number.isNumber() ? String.format(Locale.ROOT, "%,d", number.asLong()) : "";
  }

  static String size(JsonNode bytes) {
    if (!bytes.isNumber()) {
      return "";
    }
    double left = bytes.asLong();
    for (String unit : List.of("B", "KiB", "MiB", "GiB")) {
      if (left < KIBI) {
        return String.format(Locale.ROOT, unit.equals("B") ? "%.0f %s" : "%.1f %s", left, unit);
      }
      left /= KIBI;
    }
    return String.format(Locale.ROOT, "%.1f TiB", left);
  }

  static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** Control characters would break the lines, or command the terminal. */
  static String safe(String text) {
    return text.codePoints()
        .mapToObj(c -> Character.isISOControl(c) ? "\\x%02x".formatted(c) : Character.toString(c))
        .collect(Collectors.joining());
  }
}
