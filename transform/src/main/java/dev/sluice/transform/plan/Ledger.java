package dev.sluice.transform.plan;

import dev.sluice.transform.job.TableName;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What was made, and from what. */
public final class Ledger {
  private final Map<TableName, Map<LocalDate, Attempt>> made = new HashMap<>();
  private final Map<TableName, Map<LocalDate, Attempt>> last = new HashMap<>();
  private final List<Attempt> attempts;

  /**
   * @param attempts in any order
   */
  public Ledger(List<Attempt> attempts) {
    // Of two at once the one that began later read the newer tables.
    this.attempts =
        attempts.stream()
            .sorted(Comparator.comparing(Attempt::ended).thenComparing(Attempt::started))
            .toList();
    for (Attempt attempt : this.attempts) {
      last.computeIfAbsent(attempt.table(), name -> new TreeMap<>()).put(attempt.day(), attempt);
      if (attempt.status() == Attempt.Status.OK) {
        made.computeIfAbsent(attempt.table(), name -> new TreeMap<>()).put(attempt.day(), attempt);
      }
    }
  }

  /** The attempts, the earliest first. */
  public List<Attempt> attempts() {
    return attempts;
  }

  /** The attempt that made what the day holds now. */
  public Optional<Attempt> made(TableName table, LocalDate day) {
    return Optional.ofNullable(made.getOrDefault(table, Map.of()).get(day));
  }

  /** The attempt that made what a table holds now, if it holds what one attempt made. */
  Optional<Attempt> newest(TableName table) {
    return made.getOrDefault(table, Map.of()).values().stream()
        .max(Comparator.comparing(Attempt::ended).thenComparing(Attempt::started));
  }

  /** The days after {@code day} that were made. */
  SortedSet<LocalDate> madeBeyond(TableName table, LocalDate day) {
    SortedSet<LocalDate> days = new TreeSet<>(made.getOrDefault(table, Map.of()).keySet());
    return days.tailSet(day.plusDays(1));
  }

  /** The day's last attempt, if it made nothing. */
  public Optional<Attempt> failed(TableName table, LocalDate day) {
    return Optional.ofNullable(last.getOrDefault(table, Map.of()).get(day))
        .filter(attempt -> attempt.status() != Attempt.Status.OK);
  }

  /** The days of a table that were made by attempts that began after a moment. */
  SortedSet<LocalDate> madeAfter(TableName table, Instant moment) {
    SortedSet<LocalDate> days = new TreeSet<>();
    for (Attempt attempt : attempts) {
      if (attempt.status() == Attempt.Status.OK
          && attempt.table().equals(table)
          && attempt.started().isAfter(moment)) {
        days.add(attempt.day());
      }
    }
    return days;
  }
}
