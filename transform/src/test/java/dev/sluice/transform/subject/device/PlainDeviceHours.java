package dev.sluice.transform.subject.device;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The hours of a day again, slowly and plainly: each hour asks every reading. */
final class PlainDeviceHours {
  private static final long HOUR = 3_600_000_000L;

  private final List<Reading> once;

  PlainDeviceHours(List<Reading> all) {
    this.once = all.stream().filter(reading -> !isCopy(reading, all)).toList();
  }

  private static boolean isCopy(Reading reading, List<Reading> all) {
    return all.stream()
        .filter(other -> other.id().equals(reading.id()))
        .filter(other -> Reading.IN_ORDER.compare(other, reading) < 0)
        .anyMatch(
            other ->
                Duration.between(other.time(), reading.time()).compareTo(Duration.ofHours(24)) < 0);
  }

  /** Each row of the day as the text of its columns. */
  Set<String> rows(LocalDate day) {
    Map<String, List<Reading>> series = new TreeMap<>();
    once.stream()
        .filter(reading -> !reading.day().isBefore(day.minusDays(1)))
        .filter(reading -> !reading.day().isAfter(day.plusDays(1)))
        .sorted(Reading.IN_ORDER)
        .forEach(
            reading ->
                series.computeIfAbsent(reading.series(), any -> new ArrayList<>()).add(reading));
    Set<String> rows = new TreeSet<>();
    for (List<Reading> readings : series.values()) {
      Series one = new Series(day, readings);
      for (int hour = 0; hour < 24; hour++) {
        one.row(day.atStartOfDay(ZoneOffset.UTC).toInstant().plus(hour, ChronoUnit.HOURS))
            .ifPresent(rows::add);
      }
    }
    return rows;
  }

  /** A device's readings of one metric, of three days, in order. */
  private static final class Series {
    private final LocalDate day;
    private final List<Reading> readings;
    private final Optional<Long> usual;
    private final Map<Reading, Place> places = new HashMap<>();

    /** What a reading's number says. */
    private record Place(boolean resets, boolean duplicate, long missing, boolean late) {}

    Series(LocalDate day, List<Reading> readings) {
      this.day = day;
      this.readings = readings;
      this.usual = usual();
      place();
    }

    private Optional<Long> usual() {
      List<Long> waits = new ArrayList<>();
      for (int i = 1; i < readings.size(); i++) {
        long wait = readings.get(i).micros() - readings.get(i - 1).micros();
        if (wait > 0 && !readings.get(i).day().isAfter(day)) {
          waits.add(wait);
        }
      }
      waits.sort(null);
      return waits.isEmpty() ? Optional.empty() : Optional.of(waits.get((waits.size() - 1) / 2));
    }

    private void place() {
      List<Reading> numbered =
          readings.stream().filter(r -> r.sequence().orElse(-1L) >= 0).toList();
      List<List<Reading>> runs = new ArrayList<>();
      List<Reading> starts = new ArrayList<>();
      for (int i = 0; i < numbered.size(); i++) {
        if (i == 0 || resets(number(numbered.get(i - 1)), number(numbered.get(i)))) {
          runs.add(new ArrayList<>());
          if (i > 0) {
            starts.add(numbered.get(i));
          }
        }
        runs.get(runs.size() - 1).add(numbered.get(i));
      }
      for (List<Reading> run : runs) {
        Set<Long> seen = new TreeSet<>();
        for (Reading reading : run) {
          long number = number(reading);
          boolean duplicate = !seen.add(number);
          long below =
              run.stream().mapToLong(Series::number).filter(n -> n < number).max().orElse(-1);
          boolean late =
              run.stream().anyMatch(r -> r.offset() < reading.offset() && number(r) > number);
          places.put(
              reading,
              new Place(
                  starts.contains(reading),
                  duplicate,
                  duplicate || below < 0 ? 0 : number - below - 1,
                  late && !duplicate));
        }
      }
    }

    private static boolean resets(long before, long number) {
      boolean falls =
          number < before
              && (number == 0
                  || (number == 1 && before > 2)
                  || before - number > Readings.DISORDER);
      return falls || number - before > Readings.JUMP;
    }

    private static long number(Reading reading) {
      return reading.sequence().orElseThrow();
    }

    Optional<String> row(Instant hour) {
      long start = ChronoUnit.MICROS.between(Instant.EPOCH, hour);
      long covered = 0;
      long silent = 0;
      long silences = 0;
      for (int i = 0; usual.isPresent() && i < readings.size(); i++) {
        long from = readings.get(i).micros();
        long to =
            i + 1 < readings.size()
                ? readings.get(i + 1).micros()
                : day.plusDays(2).toEpochDay() * 24 * HOUR;
        long due = to - from > 3 * usual.get() ? from + usual.get() : to;
        covered += overlap(from, due, start);
        silent += overlap(due, to, start);
        silences += overlap(due, to, start) > 0 ? 1 : 0;
      }
      List<Reading> own =
          readings.stream().filter(r -> Math.floorDiv(r.micros(), HOUR) * HOUR == start).toList();
      if (own.isEmpty() && covered + silent == 0) {
        return Optional.empty();
      }
      return Optional.of(
          text(
              day,
              hour,
              readings.get(0).series(),
              own.stream().flatMap(r -> r.unit().stream()).reduce((a, b) -> b).orElse("null"),
              statistics(own),
              battery(own),
              numbers(own),
              usual.map(u -> BigDecimal.valueOf(u, 6)).map(String::valueOf).orElse("null"),
              silences,
              BigDecimal.valueOf(silent, 6),
              usual.isPresent()
                  ? BigDecimal.valueOf(covered)
                      .divide(BigDecimal.valueOf(HOUR), 6, RoundingMode.HALF_UP)
                  : "null"));
    }

    private static long overlap(long from, long to, long hour) {
      return Math.max(0, Math.min(to, hour + HOUR) - Math.max(from, hour));
    }

    private static String statistics(List<Reading> own) {
      double[] values =
          own.stream()
              .flatMap(r -> r.value().stream())
              .filter(Double::isFinite)
              .mapToDouble(v -> v + 0.0)
              .toArray();
      int n = values.length;
      if (n == 0) {
        return text(own.size(), own.size(), "null|null|null|null|null|null|null");
      }
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      double mean = 0;
      for (double value : sorted) {
        mean += value / n;
      }
      mean = Math.min(sorted[n - 1], Math.max(sorted[0], mean));
      return text(
          own.size(),
          own.size() - n,
          sorted[0],
          sorted[n - 1],
          mean,
          percentile(sorted, 0.5),
          percentile(sorted, 0.95),
          values[0],
          values[n - 1]);
    }

    private static double percentile(double[] sorted, double share) {
      double place = share * (sorted.length - 1);
      int below = (int) Math.floor(place);
      int above = (int) Math.ceil(place);
      double between = (above - place) * sorted[below] + (place - below) * sorted[above];
      return below == above
          ? sorted[below]
          : Math.min(sorted[above], Math.max(sorted[below], between));
    }

    private static String battery(List<Reading> own) {
      return own.stream()
          .map(Reading::battery)
          .filter(Double::isFinite)
          .min(Double::compare)
          .map(String::valueOf)
          .orElse("null");
    }

    private String numbers(List<Reading> own) {
      List<Place> found = own.stream().filter(places::containsKey).map(places::get).toList();
      long received = found.stream().filter(place -> !place.duplicate()).count();
      long missing = found.stream().mapToLong(Place::missing).sum();
      return text(
          received + missing,
          received,
          missing,
          found.stream().filter(Place::duplicate).count(),
          found.stream().filter(Place::resets).count(),
          found.stream().filter(Place::late).count());
    }
  }

  private static String text(Object... columns) {
    return Stream.of(columns).map(String::valueOf).collect(Collectors.joining("|"));
  }
}
