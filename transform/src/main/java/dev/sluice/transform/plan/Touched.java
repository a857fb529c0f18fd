package dev.sluice.transform.plan;

import java.time.LocalDate;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/** What of a table is not as it was at an earlier version. */
public sealed interface Touched {
  /** How it was found out. */
  enum How {
    /** By the snapshots committed in between. */
    SNAPSHOTS,
    /** Those are expired: by what the manifests said of each day then, and say now. */
    FINGERPRINTS,
    /** By the ledger's own rows of the table. */
    LEDGER
  }

  /** The rows of these days, and of no others. */
  record Days(SortedSet<LocalDate> days, How how) implements Touched {
    public Days {
      days = Collections.unmodifiableSortedSet(new TreeSet<>(days));
      Objects.requireNonNull(how, "how");
    }
  }

  /** Which days cannot be told: any of them. */
  record Everything(String why) implements Touched {}

  static Touched days(Collection<LocalDate> days, How how) {
    return new Days(new TreeSet<>(days), how);
  }
}
