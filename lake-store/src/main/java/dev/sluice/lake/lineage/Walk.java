package dev.sluice.lake.lineage;

import dev.sluice.lake.lineage.Lines.Edge;
import dev.sluice.lake.lineage.Lines.Point;
import dev.sluice.lake.lineage.event.Dataset;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Follows edges step by step from one point. Each point is entered once, so circles end; points and
 * edges are counted, so an answer ends; what may not be read is met and not entered.
 */
final class Walk {
  /** An edge as it is kept; an empty end is none. */
  record Step(
      Optional<Spot> from, Optional<Spot> to, String job, String transformations, long seen) {}

  /** A dataset or a column, without a place in an answer. */
  record Spot(Dataset dataset, String column) {}

  /** What lies one step away. */
  interface Steps {
    List<Step> from(Collection<Spot> spots, Direction direction, int most) throws SQLException;
  }

  private static final int EDGES_PER_POINT = 10;

  private final Steps steps;
  private final int most;
  private final Predicate<Dataset> visible;
  private final Map<Spot, Point> points = new LinkedHashMap<>();
  private final Set<Edge> edges = new LinkedHashSet<>();
  private boolean truncated;

  Walk(Steps steps, int most, Predicate<Dataset> visible) {
    this.steps = steps;
    this.most = most;
    this.visible = visible;
  }

  /** Who reads the answer adds the jobs. */
  Lines from(Spot root, Direction direction, int depth) throws SQLException {
    points.put(root, new Point(root.dataset(), root.column(), 0, false));
    for (Direction one : List.of(Direction.UP, Direction.DOWN)) {
      if (direction.includes(one)) {
        follow(root, one, depth);
      }
    }
    return new Lines(List.copyOf(points.values()), List.copyOf(edges), Map.of(), truncated);
  }

  private void follow(Spot root, Direction direction, int depth) throws SQLException {
    List<Spot> frontier = List.of(root);
    Set<Spot> entered = new LinkedHashSet<>(frontier);
    for (int distance = 1; distance <= depth && !frontier.isEmpty(); distance++) {
      int room = most * EDGES_PER_POINT - edges.size();
      List<Step> found = steps.from(frontier, direction, room + 1);
      if (found.size() > room) {
        truncated = true;
        found = found.subList(0, Math.max(0, room));
      }
      List<Spot> next = new ArrayList<>();
      for (Step step : found) {
        int signed = direction == Direction.UP ? -distance : distance;
        Optional<Spot> far = direction == Direction.UP ? step.from() : step.to();
        Optional<Spot> near = direction == Direction.UP ? step.to() : step.from();
        int nearer = direction == Direction.UP ? 1 - distance : distance - 1;
        if ((near.isPresent() && !place(near.get(), nearer))
            || (far.isPresent() && !place(far.get(), signed))) {
          continue;
        }
        edges.add(
            new Edge(
                step.from().map(points::get),
                step.to().map(points::get),
                step.job(),
                step.transformations(),
                Instant.ofEpochMilli(step.seen())));
        if (far.isPresent() && entered.add(far.get()) && !points.get(far.get()).hidden()) {
          next.add(far.get());
        }
      }
      frontier = next;
    }
  }

  private boolean place(Spot spot, int distance) {
    if (points.containsKey(spot)) {
      return true;
    }
    if (points.size() >= most) {
      truncated = true;
      return false;
    }
    points.put(
        spot, new Point(spot.dataset(), spot.column(), distance, !visible.test(spot.dataset())));
    return true;
  }
}
