package dev.sluice.transform.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of one action of table care on one table.
 *
 * @param before data files of the closed days, manifests, snapshots, or orphans, before the action
 * @param after the same after it
 * @param bytesSaved of the closed days' files when they are compacted, of the store when files are
 *     deleted
 * @param planningBefore seconds to plan a scan of the closed days; 0 where it was not measured
 * @param note what else there is to say; why, if it was not done
 */
public record Cared(
    String table,
    Action action,
    Ending ending,
    long before,
    long after,
    long bytesSaved,
    double planningBefore,
    double planningAfter,
    double seconds,
    String note) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What can be done for a table, in the order in which it is done. */
  public enum Action {
    COMPACT,
    MANIFESTS,
    EXPIRE,
    ORPHANS;

    /** As the command line and the tables write it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How an action ended. */
  public enum Ending {
    /** The table is better for it. */
    DONE,
    /** Nothing needed it. */
    IDLE,
    /** It was told what would be done. */
    TOLD,
    /** Somebody else changed the table meanwhile: that stays, this was dropped. */
    GAVE_WAY,
    /** A rule says that it is not done here. */
    LEFT,
    /** It could not be done. */
    FAILED;

    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** An action that changed nothing, and why. */
  public static Cared without(String table, Action action, Ending ending, String note) {
    return new Cared(table, action, ending, 0, 0, 0, 0, 0, 0, note);
  }

  /** The same with the time it took. */
  public Cared took(double newSeconds) {
    return new Cared(
        table,
        action,
        ending,
        before,
        after,
        bytesSaved,
        planningBefore,
        planningAfter,
        newSeconds,
        note);
  }

  /** The line of JSON that says it. */
  public String line() {
    return JSON.createObjectNode()
        .put("care", action.word())
        .put("table", table)
        .put("ending", ending.name())
        .put("before", before)
        .put("after", after)
        .put("bytesSaved", bytesSaved)
        .put("planningBefore", planningBefore)
        .put("planningAfter", planningAfter)
        .put("seconds", seconds)
        .put("note", note)
        .toString();
  }

  /** What a line says, if it is one of these and not somebody else's output. */
  public static Optional<Cared> parse(String line) {
    if (!line.startsWith("{\"care\"")) {
      return Optional.empty();
    }
    try {
      JsonNode read = JSON.readTree(line);
      return Optional.of(
          new Cared(
              read.path("table").asText(),
              Action.valueOf(read.path("care").asText().toUpperCase(Locale.ROOT)),
              Ending.valueOf(read.path("ending").asText()),
              read.path("before").asLong(),
              read.path("after").asLong(),
              read.path("bytesSaved").asLong(),
              read.path("planningBefore").asDouble(),
              read.path("planningAfter").asDouble(),
              read.path("seconds").asDouble(),
              read.path("note").asText()));
    } catch (JsonProcessingException | IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }
}
