package dev.sluice.transform.plan;

import dev.sluice.transform.job.TableName;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Iterator;
import java.util.SortedSet;
import java.util.TreeSet;

/** Why a day of a table is to be made. */
public sealed interface Reason {
  /** It never was. */
  record Missing() implements Reason {}

  /** It was tried last in {@code run}, which failed. */
  record Failed(String run, String why) implements Reason {}

  /** Days that it was made from have other rows now. */
  record LateData(TableName table, SortedSet<LocalDate> days, Touched.How how) implements Reason {
    public LateData {
      days = Collections.unmodifiableSortedSet(new TreeSet<>(days));
    }
  }

  /** A table that it was made from has changed, and which days of it cannot be told. */
  record InputChanged(TableName table, String how) implements Reason {}

  /** Days that it is made from are made anew by a step before. An empty set is all of them. */
  record Upstream(TableName table, SortedSet<LocalDate> days) implements Reason {
    public Upstream {
      days = Collections.unmodifiableSortedSet(new TreeSet<>(days));
    }
  }

  /** The job is not the one that made it. */
  record CodeChanged() implements Reason {}

  /** Somebody asked. */
  record Requested() implements Reason {}

  /** What it is called where machines read it. */
  default String kind() {
    if (this instanceof Missing) {
      return "missing";
    }
    if (this instanceof Failed) {
      return "failed";
    }
    if (this instanceof LateData) {
      return "late-data";
    }
    if (this instanceof InputChanged) {
      return "input-changed";
    }
    if (this instanceof Upstream) {
      return "upstream";
    }
    return this instanceof CodeChanged ? "code-changed" : "requested";
  }

  /** The reason in words, for one line among others. */
  default String says() {
    if (this instanceof Missing) {
      return "never made";
    }
    if (this instanceof Failed failed) {
      return "failed in " + failed.run() + ": " + failed.why();
    }
    if (this instanceof LateData late) {
      return "new rows in " + late.table() + " of " + days(late.days());
    }
    if (this instanceof InputChanged changed) {
      return changed.table() + " changed: " + changed.how();
    }
    if (this instanceof Upstream upstream) {
      return upstream.table() + " is remade" + of(upstream.days());
    }
    return this instanceof CodeChanged ? "the job changed" : "asked for";
  }

  private static String of(SortedSet<LocalDate> days) {
    return days.isEmpty() ? "" : " for " + days(days);
  }

  /** Days in a row are told by the first and the last. */
  private static String days(SortedSet<LocalDate> days) {
    StringBuilder words = new StringBuilder();
    Iterator<LocalDate> rest = days.iterator();
    LocalDate first = rest.next();
    LocalDate last = first;
    while (rest.hasNext()) {
      LocalDate next = rest.next();
      if (!next.equals(last.plusDays(1))) {
        span(words, first, last).append(", ");
        first = next;
      }
      last = next;
    }
    return span(words, first, last).toString();
  }

  private static StringBuilder span(StringBuilder words, LocalDate first, LocalDate last) {
    return first.equals(last)
        ? words.append(first)
        : words.append(first).append(" to ").append(last);
  }
}
