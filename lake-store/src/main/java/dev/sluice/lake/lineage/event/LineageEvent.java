package dev.sluice.lake.lineage.event;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One event, as far as it is understood here.
 *
 * @param digest the same for the same event, however its fields are ordered
 * @param body the event itself, without the facets that are too large to keep
 */
public record LineageEvent(
    Instant time,
    Optional<Run> run,
    Optional<Job> job,
    List<Mention> datasets,
    String digest,
    String body) {
  public LineageEvent {
    datasets = List.copyOf(datasets);
  }

  /** Where a run stands, the later ones stronger; the last three are its end. */
  public enum State {
    OTHER,
    START,
    RUNNING,
    COMPLETE,
    FAIL,
    ABORT;

    public boolean last() {
      return compareTo(COMPLETE) >= 0;
    }

    /** Which of two states told of one run stands: an end over all else, whatever came first. */
    public int rank() {
      return switch (this) {
        case OTHER -> 0;
        case START -> 1;
        case RUNNING -> 2;
        case COMPLETE, FAIL, ABORT -> 3;
      };
    }
  }

  /**
   * A run and what is said of it; texts are empty where nothing is said.
   *
   * @param parent the id of the run that this one is part of
   */
  public record Run(String id, State state, String parent, String message) {}

  /** A job and what is said of it; texts are empty where nothing is said. */
  public record Job(
      String namespace,
      String name,
      String description,
      String sql,
      String source,
      String kind,
      String owners) {}

  /** How a job uses a dataset, or that an event only speaks of it. */
  public enum Way {
    IN,
    OUT,
    SAID
  }

  /**
   * A dataset and what is said of it.
   *
   * @param fields the columns, as JSON; empty where nothing is said
   * @param rows written; -1 where nothing is said, as for {@code bytes}
   * @param columns where its columns come from; empty where nothing is said
   */
  public record Mention(
      Way way,
      Dataset dataset,
      String description,
      String source,
      String owners,
      String fields,
      String lifecycle,
      Optional<Dataset> previously,
      long rows,
      long bytes,
      List<Origin> columns,
      List<Check> checks,
      String metrics) {
    public Mention {
      columns = List.copyOf(columns);
      checks = List.copyOf(checks);
    }
  }

  /**
   * A column of a dataset comes from another's.
   *
   * @param column empty where the other decides about whole rows: by a filter, join, grouping
   * @param transformations a JSON array as OpenLineage has it
   */
  public record Origin(
      String column, Dataset source, String sourceColumn, String transformations) {}

  /** What a check of the data found. */
  public record Check(
      String assertion, String column, boolean passed, String severity, String detail) {}
}
