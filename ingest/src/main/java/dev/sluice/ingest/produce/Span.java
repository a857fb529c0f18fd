package dev.sluice.ingest.produce;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** From a start up to, and without, an end. */
public record Span(Instant start, Instant end) {
  public Span {
    if (!start.isBefore(end)) {
      throw new IllegalArgumentException("a span must end after its start: " + start + ", " + end);
    }
  }

  public static Span day(LocalDate date) {
    Instant start = date.atStartOfDay(ZoneOffset.UTC).toInstant();
    return new Span(start, start.plus(Duration.ofDays(1)));
  }

  public Duration length() {
    return Duration.between(start, end);
  }

  /** The instant, or the nearest one inside. */
  Instant inside(Instant instant) {
    if (instant.isBefore(start)) {
      return start;
    }
    Instant last = end.minusMillis(1);
    return instant.isAfter(last) && !last.isBefore(start) ? last : instant;
  }
}
