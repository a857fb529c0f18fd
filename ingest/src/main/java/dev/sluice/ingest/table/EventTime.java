package dev.sluice.ingest.table;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The time a row is filed under. A device with a wrong clock must not open a partition of its own
 * in 1970 or 2106: an event time outside [receipt - 30 days, receipt + 1 hour] is kept in its
 * column, and the row goes to the day of receipt, flagged. A stream without event time is filed
 * under receipt, unflagged.
 */
public record EventTime(Instant filed, boolean flagged) {

  static final Duration OLDEST = Duration.ofDays(30);
  static final Duration NEWEST = Duration.ofHours(1);

  public EventTime {
    Objects.requireNonNull(filed, "filed");
  }

  public static EventTime of(Optional<Instant> event, Instant receipt) {
    if (event.isEmpty()) {
      return new EventTime(receipt, false);
    }
    Instant time = event.get();
    boolean plausible =
        !time.isBefore(receipt.minus(OLDEST)) && !time.isAfter(receipt.plus(NEWEST));
    return plausible ? new EventTime(time, false) : new EventTime(receipt, true);
  }
}
