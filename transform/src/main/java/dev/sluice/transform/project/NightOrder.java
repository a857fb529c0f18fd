package dev.sluice.transform.project;

import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.job.TableName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The order of a night: each job after those that write what it reads, and otherwise in the order
 * in which the jobs were given, which never depends on a file system.
 */
final class NightOrder {
  /**
   * A job as its order sees it.
   *
   * @param label what people call it: its file or its class
   * @param needs the tables that must be made before
   */
  record Step<T>(T job, String label, TableName writes, Set<TableName> needs) {
    Step {
      needs = Set.copyOf(needs);
    }
  }

  private NightOrder() {}

  /** Sorts, or fails in one line that names the jobs that cannot be sorted. */
  static <T> List<Step<T>> of(List<Step<T>> steps) {
    Map<TableName, Step<T>> writers = new LinkedHashMap<>();
    for (Step<T> step : steps) {
      if (step.needs().contains(step.writes())) {
        throw new JobFailure(
            step.label()
                + " reads its own table "
                + step.writes()
                + ": its rows would depend on the order in which days run");
      }
      Step<T> other = writers.put(step.writes(), step);
      if (other != null) {
        throw new JobFailure(
            other.label()
                + " and "
                + step.label()
                + " both write "
                + step.writes()
                + "; rename one, or leave a shipped one out by 'shipped' in project.yaml");
      }
    }
    Set<Step<T>> sorted = new LinkedHashSet<>();
    Deque<Step<T>> path = new ArrayDeque<>();
    for (Step<T> step : steps) {
      visit(step, writers, sorted, path);
    }
    return new ArrayList<>(sorted);
  }

  private static <T> void visit(
      Step<T> step, Map<TableName, Step<T>> writers, Set<Step<T>> sorted, Deque<Step<T>> path) {
    if (sorted.contains(step)) {
      return;
    }
    if (path.contains(step)) {
      throw cycle(step, path);
    }
    path.addLast(step);
    // Not in the order of the set, which is none.
    Map<TableName, Integer> place = new HashMap<>();
    writers.keySet().forEach(table -> place.put(table, place.size()));
    step.needs().stream()
        .filter(writers::containsKey)
        .sorted(Comparator.comparing(place::get))
        .forEach(table -> visit(writers.get(table), writers, sorted, path));
    path.removeLast();
    sorted.add(step);
  }

  private static <T> JobFailure cycle(Step<T> step, Deque<Step<T>> path) {
    List<String> names = new ArrayList<>();
    boolean within = false;
    for (Step<T> other : path) {
      within = within || other.equals(step);
      if (within) {
        names.add(other.label() + " (" + other.writes() + ")");
      }
    }
    names.add(step.label());
    return new JobFailure(
        "jobs read each other in a circle: " + String.join(" reads from ", names));
  }
}
