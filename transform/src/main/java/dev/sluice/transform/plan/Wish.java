package dev.sluice.transform.plan;

import dev.sluice.transform.job.TableName;
import java.time.LocalDate;
import java.util.Map;
import java.util.SortedSet;

/** Which days a plan is about. */
public sealed interface Wish {
  /** What is stale of the days that are closed and not beyond the horizon. */
  record Stale() implements Wish {}

  /** What is stale of these days, however old; the last one included. */
  record StaleWithin(LocalDate from, LocalDate to) implements Wish {
    public StaleWithin {
      ordered(from, to);
    }
  }

  /** All of these days, stale or not. */
  record Every(LocalDate from, LocalDate to) implements Wish {
    public Every {
      ordered(from, to);
    }
  }

  /** Of these days of these tables, those whose last attempt made nothing. */
  record Unmade(Map<TableName, SortedSet<LocalDate>> days) implements Wish {
    public Unmade {
      days = Map.copyOf(days);
    }
  }

  private static void ordered(LocalDate from, LocalDate to) {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException(from + " is after " + to);
    }
  }
}
