package dev.sluice.transform.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Cron as one would do it by hand: looks at the clock on the wall every minute. */
final class PatientCron {
  private static final String NAMES =
      "jan=1 feb=2 mar=3 apr=4 may=5 jun=6 jul=7 aug=8 sep=9 oct=10 nov=11 dec=12 "
          + "sun=0 mon=1 tue=2 wed=3 thu=4 fri=5 sat=6";

  private final String[] fields;
  private final ZoneId zone;

  PatientCron(String line, ZoneId zone) {
    String numbers = line.toLowerCase(Locale.ROOT);
    for (String name : NAMES.split(" ", -1)) {
      numbers = numbers.replace(name.substring(0, 3), name.substring(4));
    }
    this.fields = numbers.split(" ", -1);
    this.zone = zone;
  }

  List<Instant> between(Instant after, Duration span) {
    List<Instant> times = new ArrayList<>();
    Instant minute = after.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    for (; !minute.isAfter(after.plus(span)); minute = minute.plus(1, ChronoUnit.MINUTES)) {
      if (comes(minute)) {
        times.add(minute);
      }
    }
    return times;
  }

  private boolean comes(Instant minute) {
    LocalDateTime shown = LocalDateTime.ofInstant(minute, zone);
    if (fields[1].startsWith("*")) {
      return matches(shown);
    }
    // Was the same time shown before? Then this is the second time.
    ZoneOffsetTransition change = zone.getRules().previousTransition(minute.plusSeconds(1));
    if (change != null && change.isOverlap()) {
      boolean again =
          Duration.between(change.getInstant(), minute).compareTo(change.getDuration().negated())
              < 0;
      if (again && !minute.isBefore(change.getInstant())) {
        return false;
      }
    }
    if (matches(shown)) {
      return true;
    }
    // Did the clock jump to this minute over one that matches?
    if (change != null && change.isGap() && change.getInstant().equals(minute)) {
      for (LocalDateTime lost = change.getDateTimeBefore();
          lost.isBefore(change.getDateTimeAfter());
          lost = lost.plusMinutes(1)) {
        if (matches(lost)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean matches(LocalDateTime shown) {
    int weekday = shown.getDayOfWeek().getValue() % 7;
    boolean day = in(fields[2], shown.getDayOfMonth(), 1);
    boolean dayOfWeek = in(fields[4], weekday, 0) || (weekday == 0 && in(fields[4], 7, 0));
    boolean both = fields[2].startsWith("*") || fields[4].startsWith("*");
    return in(fields[0], shown.getMinute(), 0)
        && in(fields[1], shown.getHour(), 0)
        && in(fields[3], shown.getMonthValue(), 1)
        && (both ? day && dayOfWeek : day || dayOfWeek);
  }

  private static boolean in(String field, int value, int least) {
    return Arrays.stream(field.split(",", -1)).anyMatch(part -> inPart(part, value, least));
  }

  private static boolean inPart(String part, int value, int least) {
    String[] stepped = part.split("/", -1);
    int step = stepped.length == 1 ? 1 : Integer.parseInt(stepped[1]);
    if (stepped[0].equals("*")) {
      return (value - least) % step == 0;
    }
    String[] ends = stepped[0].split("-", -1);
    int from = Integer.parseInt(ends[0]);
    int to = Integer.parseInt(ends[ends.length - 1]);
    return value >= from && value <= to && (value - from) % step == 0;
  }
}
