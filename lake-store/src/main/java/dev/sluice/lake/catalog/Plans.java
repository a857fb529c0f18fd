package dev.sluice.lake.catalog;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Scans planned and not fetched whole yet, in this server's memory: so many files in all, then the
 * plans used longest ago are forgotten, and their clients are told to plan again.
 */
final class Plans {
  private static final int CHUNK = 1_000;

  private final int capacity;
  private final String start;
  private final Map<String, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);
  private int files;
  private long made;

  /**
   * @param capacity files kept in all
   */
  Plans(int capacity, InstantSource clock) {
    this.capacity = capacity;
    // So that a plan of the server's life before is not taken for one of this.
    this.start = Long.toString(clock.millis(), Character.MAX_RADIX);
  }

  /** One scan's files, in the parts they are fetched in. */
  record Plan(String id, TableIdentifier table, List<List<FileScanTask>> parts) {
    Plan {
      parts = List.copyOf(parts);
    }

    List<FileScanTask> first() {
      return parts.isEmpty() ? List.of() : parts.get(0);
    }

    /** Names of the parts after the first. */
    List<String> rest() {
      List<String> names = new ArrayList<>();
      for (int part = 1; part < parts.size(); part++) {
        names.add(id + "." + part);
      }
      return names;
    }

    private int size() {
      return parts.stream().mapToInt(List::size).sum();
    }
  }

  /** More files than one plan may have. */
  int limit() {
    return capacity;
  }

  synchronized Plan keep(TableIdentifier table, List<FileScanTask> tasks) {
    List<List<FileScanTask>> parts = new ArrayList<>();
    for (int from = 0; from < tasks.size(); from += CHUNK) {
      parts.add(List.copyOf(tasks.subList(from, Math.min(from + CHUNK, tasks.size()))));
    }
    Plan plan = new Plan(start + "-" + ++made, table, parts);
    plans.put(plan.id(), plan);
    files += Math.max(1, plan.size());
    Iterator<Plan> oldest = plans.values().iterator();
    while (files > capacity && plans.size() > 1) {
      files -= Math.max(1, oldest.next().size());
      oldest.remove();
    }
    return plan;
  }

  synchronized Optional<Plan> find(TableIdentifier table, String id) {
    return Optional.ofNullable(plans.get(id)).filter(plan -> plan.table().equals(table));
  }

  /** The part of a plan that goes by this name. */
  Optional<List<FileScanTask>> part(TableIdentifier table, String name) {
    int dot = name.lastIndexOf('.');
    if (dot < 0 || !name.substring(dot + 1).matches("\\d{1,6}")) {
      return Optional.empty();
    }
    int number = Integer.parseInt(name.substring(dot + 1));
    return find(table, name.substring(0, dot))
        .filter(plan -> number < plan.parts().size())
        .map(plan -> plan.parts().get(number));
  }

  synchronized void forget(TableIdentifier table, String id) {
    if (find(table, id).isPresent()) {
      files -= Math.max(1, plans.remove(id).size());
    }
  }
}
