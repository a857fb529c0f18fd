package dev.sluice.lake.lineage;

import dev.sluice.lake.lineage.event.Dataset;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An answer: what lies around a dataset, and which job makes what of what.
 *
 * @param points the one asked for first
 * @param jobs those of the edges, by their key
 * @param truncated whether there is more than one answer holds
 */
public record Lines(
    List<Point> points, List<Edge> edges, Map<String, JobLine> jobs, boolean truncated) {
  public Lines {
    points = List.copyOf(points);
    edges = List.copyOf(edges);
    jobs = Map.copyOf(jobs);
  }

  /**
   * A dataset, or one of its columns.
   *
   * @param column empty for the dataset as a whole
   * @param distance steps from the one asked for, below 0 upstream
   * @param hidden that whoever asks may not read it; it is not followed, and must not be named
   */
  public record Point(Dataset dataset, String column, int distance, boolean hidden) {}

  /**
   * A job makes the second of the first. Where one is missing, the job reads and writes nothing
   * that is known, or writes and reads nothing.
   *
   * @param transformations of a column, a JSON array; empty for datasets
   */
  public record Edge(
      Optional<Point> from, Optional<Point> to, String job, String transformations, Instant seen) {}

  /** A job and its last run. */
  public record JobLine(
      String key,
      String namespace,
      String name,
      String description,
      String sql,
      String source,
      String kind,
      String owners,
      Instant seen,
      Optional<RunLine> last) {}

  /**
   * A run.
   *
   * @param parent the run that it is part of; empty where none is known
   */
  public record RunLine(
      String id,
      String state,
      Instant begun,
      Optional<Instant> ended,
      String parent,
      String message) {}
}
