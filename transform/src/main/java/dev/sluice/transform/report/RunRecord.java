package dev.sluice.transform.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A run as the book has it.
 *
 * @param asked which days, for people
 * @param words what was asked for, in the words of the entry point
 * @param written the tables that are done, in the order they were
 * @param why empty unless it failed
 */
public record RunRecord(
    String id,
    String asked,
    List<String> words,
    Instant started,
    Status status,
    double seconds,
    List<Progress.Written> written,
    String why,
    String log) {
  /** How a run is. One that never ended is still {@code RUNNING} in the book. */
  public enum Status {
    RUNNING,
    OK,
    FAILED
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  public RunRecord {
    words = List.copyOf(words);
    written = List.copyOf(written);
  }

  public static RunRecord begun(
      String id, String asked, List<String> words, Instant started, String log) {
    return new RunRecord(id, asked, words, started, Status.RUNNING, 0, List.of(), "", log);
  }

  public RunRecord ended(
      Status end, double afterSeconds, List<Progress.Written> tables, String reason) {
    return new RunRecord(id, asked, words, started, end, afterSeconds, tables, reason, log);
  }

  public long rows() {
    return written.stream().mapToLong(Progress.Written::rows).sum();
  }

  String line() {
    ObjectNode line =
        JSON.createObjectNode()
            .put("run", id)
            .put("day", asked)
            .put("started", started.toString())
            .put("status", status.name().toLowerCase(Locale.ROOT))
            .put("seconds", seconds)
            .put("why", why)
            .put("log", log);
    words.forEach(line.withArray("/words")::add);
    written.forEach(
        table ->
            line.withArray("/tables")
                .addObject()
                .put("table", table.table())
                .put("day", table.day().toString())
                .put("rows", table.rows())
                .put("seconds", table.seconds()));
    return line.toString();
  }

  /** The run of a line; a line cut short by a crash is none. */
  static Optional<RunRecord> parse(String line) {
    try {
      JsonNode read = JSON.readTree(line);
      String asked = read.path("day").asText();
      List<String> words = new ArrayList<>();
      read.path("words").forEach(word -> words.add(word.asText()));
      List<Progress.Written> tables = new ArrayList<>();
      for (JsonNode table : read.path("tables")) {
        tables.add(
            new Progress.Written(
                table.path("table").asText(),
                // Lines from before runs had several days name it once.
                LocalDate.parse(table.path("day").asText(asked)),
                table.path("rows").asLong(),
                table.path("seconds").asDouble()));
      }
      return Optional.of(
          new RunRecord(
              read.path("run").asText(),
              asked,
              words,
              Instant.parse(read.path("started").asText()),
              Status.valueOf(read.path("status").asText().toUpperCase(Locale.ROOT)),
              read.path("seconds").asDouble(),
              tables,
              read.path("why").asText(),
              read.path("log").asText()));
    } catch (JsonProcessingException | DateTimeParseException | IllegalArgumentException broken) {
      return Optional.empty();
    }
  }
}
