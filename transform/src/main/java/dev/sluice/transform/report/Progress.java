package dev.sluice.transform.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a run says while it runs: one line of JSON each. */
public sealed interface Progress {
  /** Spark is there. */
  record Started(double seconds) implements Progress {}

  /** A day of a table is replaced. */
  record Written(String table, LocalDate day, long rows, double seconds) implements Progress {}

  /** A table is left out. */
  record Skipped(String table, String why) implements Progress {}

  /** What was asked for, where nothing was to be done. */
  record Answer(JsonNode answer) implements Progress {}

  /**
   * A day of a table is made and checked; nobody sees it yet.
   *
   * @param passed how many checks found nothing
   * @param warned what others found, and is published all the same
   * @param failed what keeps the rows from being published
   */
  record Checked(String table, LocalDate day, int passed, List<String> warned, List<String> failed)
      implements Progress {
    public Checked {
      warned = List.copyOf(warned);
      failed = List.copyOf(failed);
    }
  }

  /**
   * All that the run made is there for everybody.
   *
   * @param how {@code together}, or {@code one by one} where the catalog knows no other way
   */
  record Released(int tables, String how) implements Progress {}

  /** The run ends here, because of {@code why}. */
  record Failed(String why) implements Progress {}

  ObjectMapper JSON = new ObjectMapper();

  /** The line that says it. */
  default String line() {
    ObjectNode line = JSON.createObjectNode();
    if (this instanceof Started started) {
      line.put("etl", "started").put("seconds", started.seconds());
    } else if (this instanceof Written written) {
      line.put("etl", "written")
          .put("table", written.table())
          .put("day", written.day().toString())
          .put("rows", written.rows())
          .put("seconds", written.seconds());
    } else if (this instanceof Skipped skipped) {
      line.put("etl", "skipped").put("table", skipped.table()).put("why", skipped.why());
    } else if (this instanceof Answer answer) {
      line.put("etl", "answer").set("answer", answer.answer());
    } else if (this instanceof Checked checked) {
      line.put("etl", "checked")
          .put("table", checked.table())
          .put("day", checked.day().toString())
          .put("passed", checked.passed());
      checked.warned().forEach(line.putArray("warned")::add);
      checked.failed().forEach(line.putArray("failed")::add);
    } else if (this instanceof Released released) {
      line.put("etl", "released").put("tables", released.tables()).put("how", released.how());
    } else if (this instanceof Failed failed) {
      line.put("etl", "failed").put("why", failed.why());
    }
    return line.toString();
  }

  /** What a line says, if it is one of ours and not somebody else's output. */
  static Optional<Progress> parse(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonNode read = JSON.readTree(line);
      double seconds = read.path("seconds").asDouble();
      return switch (read.path("etl").asText()) {
        case "started" -> Optional.of(new Started(seconds));
        case "written" ->
            Optional.of(
                new Written(
                    read.path("table").asText(),
                    LocalDate.parse(read.path("day").asText()),
                    read.path("rows").asLong(),
                    seconds));
        case "skipped" ->
            Optional.of(new Skipped(read.path("table").asText(), read.path("why").asText()));
        case "answer" -> Optional.of(new Answer(read.path("answer")));
        case "checked" ->
            Optional.of(
                new Checked(
                    read.path("table").asText(),
                    LocalDate.parse(read.path("day").asText()),
                    read.path("passed").asInt(),
                    texts(read.path("warned")),
                    texts(read.path("failed"))));
        case "released" ->
            Optional.of(new Released(read.path("tables").asInt(), read.path("how").asText()));
        case "failed" -> Optional.of(new Failed(read.path("why").asText()));
        default -> Optional.empty();
      };
    } catch (JsonProcessingException | DateTimeParseException notOurs) {
      return Optional.empty();
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
