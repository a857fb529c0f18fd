package dev.sluice.transform.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
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
        case "failed" -> Optional.of(new Failed(read.path("why").asText()));
        default -> Optional.empty();
      };
    } catch (JsonProcessingException | DateTimeParseException notOurs) {
      return Optional.empty();
    }
  }
}
