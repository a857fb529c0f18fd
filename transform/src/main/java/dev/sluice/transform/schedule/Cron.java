package dev.sluice.transform.schedule;

import dev.sluice.transform.schedule.CronField.Kind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A line of cron with its time zone: minute, hour, day of the month, month, day of the week.
 *
 * <p>As in Vixie's cron, a day needs to match one of the two day fields where both are restricted,
 * and both where one begins with a star. Where clocks change:
 *
 * <ul>
 *   <li>A line of fixed hours never loses a run and never doubles one: a time that does not exist
 *       comes at once after the gap (several of them together), a time that exists twice comes the
 *       first time.
 *   <li>A line whose hour begins with a star is an interval: it comes at each minute that a clock
 *       on the wall shows, so twice in an hour that exists twice and never in one that does not.
 * </ul>
 */
final class Cron {
  private static final Map<String, String> SHORT =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  /** After so many days the calendar repeats itself, weekdays and all. */
  private static final int CALENDAR_DAYS = 146_097;

  /** A clock that is set back over midnight brings times of a day after some of the next. */
  private static final int DAYS_MIXED = 2;

  private final String text;
  private final ZoneId zone;
  private final CronField minutes;
  private final CronField hours;
  private final CronField days;
  private final CronField months;
  private final CronField weekdays;

  private Cron(String text, ZoneId zone, String[] fields) {
    this.text = text;
    this.zone = zone;
    this.minutes = CronField.parse(Kind.MINUTE, fields[0]);
    this.hours = CronField.parse(Kind.HOUR, fields[1]);
    this.days = CronField.parse(Kind.DAY, fields[2]);
    this.months = CronField.parse(Kind.MONTH, fields[3]);
    this.weekdays = CronField.parse(Kind.WEEKDAY, fields[4]);
  }

  /** Reads a line, or says in one line of its own what is wrong with it. */
  static Cron parse(String line, ZoneId zone) {
    String text = line.strip();
    if (text.startsWith("@") && !SHORT.containsKey(text.toLowerCase(Locale.ROOT))) {
      throw refused(text, "it is not one of @hourly, @daily, @weekly, @monthly, @yearly");
    }
    String[] fields = SHORT.getOrDefault(text.toLowerCase(Locale.ROOT), text).split("\\s+", -1);
    if (fields.length != 5) {
      throw refused(text, "it has " + fields.length + " fields; write 5, such as 30 3 * * *");
    }
    Cron cron;
    try {
      cron = new Cron(text, zone, fields);
    } catch (IllegalArgumentException bad) {
      throw refused(text, bad.getMessage());
    }
    if (cron.next(Instant.EPOCH).isEmpty()) {
      throw refused(text, "no day is ever so");
    }
    return cron;
  }

  private static IllegalArgumentException refused(String text, String why) {
    return new IllegalArgumentException("cron '" + text + "': " + why);
  }

  /** The first time after {@code after}; looks no further than the calendar is long. */
  Optional<Instant> next(Instant after) {
    LocalDate start = LocalDate.ofInstant(after, zone).minusDays(DAYS_MIXED);
    Optional<Instant> best = Optional.empty();
    int left = CALENDAR_DAYS;
    for (LocalDate date = start; left > 0; date = date.plusDays(1), left--) {
      if (!comesOn(date)) {
        continue;
      }
      Optional<Instant> found = first(date, after);
      if (found.isPresent() && (best.isEmpty() || found.get().isBefore(best.get()))) {
        best = found;
      }
      if (best.isPresent()) {
        left = Math.min(left, DAYS_MIXED);
      }
    }
    return best;
  }

  private Optional<Instant> first(LocalDate date, Instant after) {
    Optional<Instant> best = Optional.empty();
    for (int hour : hours.values()) {
      for (int minute : minutes.values()) {
        for (Instant time : instants(date.atTime(hour, minute))) {
          if (time.isAfter(after) && (best.isEmpty() || time.isBefore(best.get()))) {
            best = Optional.of(time);
          }
        }
      }
    }
    return best;
  }

  private List<Instant> instants(LocalDateTime local) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    if (hours.starred()) {
      return offsets.stream().map(local::toInstant).toList();
    }
    if (offsets.isEmpty()) {
      ZoneOffsetTransition gap = zone.getRules().getTransition(local);
      return List.of(gap.getInstant());
    }
    return List.of(local.toInstant(offsets.get(0)));
  }

  private boolean comesOn(LocalDate date) {
    if (!months.allows(date.getMonthValue())) {
      return false;
    }
    boolean day = days.allows(date.getDayOfMonth());
    boolean weekday = weekdays.allows(date.getDayOfWeek().getValue() % 7);
    boolean both = days.starred() || weekdays.starred();
    return both ? day && weekday : day || weekday;
  }

  @Override
  public String toString() {
    return text + " " + zone;
  }
}
