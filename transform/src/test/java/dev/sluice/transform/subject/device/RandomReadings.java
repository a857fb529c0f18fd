package dev.sluice.transform.subject.device;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Days of a few devices, with what is hard in them more often than life has it. */
final class RandomReadings {
  private final Random random;
  private final LocalDate first;
  private final int days;
  private final List<Reading> readings = new ArrayList<>();

  RandomReadings(long seed, LocalDate first, int days) {
    this.random = new Random(seed);
    this.first = first;
    this.days = days;
  }

  List<Reading> all() {
    series("busy", "heat", Duration.ofMinutes(11), Duration.ofDays(days));
    series("slow", "heat", Duration.ofHours(3), Duration.ofDays(days));
    series("brief", "heat", Duration.ofMinutes(25), Duration.ofHours(20));
    series("brief", "damp", Duration.ofMinutes(30), Duration.ofHours(30));
    readings.add(Reading.of("once", midnight(1).plusSeconds(7), 5, 3));
    List<Reading> received = received();
    Collections.shuffle(received, random);
    return received;
  }

  private void series(String device, String metric, Duration step, Duration length) {
    Instant start = midnight(0).plus(Duration.ofMinutes(random.nextInt(600)));
    long sequence = random.nextInt(3);
    for (Instant time = start; time.isBefore(start.plus(length)); time = later(time, step)) {
      readings.add(
          new Reading(
              device + metric + readings.size(),
              time,
              device,
              metric,
              value(),
              random.nextInt(10) == 0 ? Double.NaN : random.nextInt(1000) / 10.0,
              random.nextInt(12) == 0 ? odd() : Optional.of(sequence),
              readings.size()));
      sequence = next(sequence);
    }
  }

  private Optional<Long> odd() {
    return random.nextBoolean() ? Optional.empty() : Optional.of(-1L - random.nextInt(3));
  }

  /** Whole hours, ties, and waits around the three intervals after which there is silence. */
  private Instant later(Instant time, Duration step) {
    return switch (random.nextInt(14)) {
      case 0 -> time;
      case 1 -> time.plus(step.multipliedBy(3));
      case 2 -> time.plus(step.multipliedBy(3)).plusNanos(1000);
      case 3 -> time.plus(step.multipliedBy(1 + random.nextInt(20)));
      case 4 -> time.plus(Duration.ofMillis(random.nextInt(5_000_000)));
      default -> time.plus(step);
    };
  }

  /** One further, or the same, a hole, disorder, or a count begun anew. */
  private long next(long sequence) {
    return switch (random.nextInt(30)) {
      case 0 -> sequence;
      case 1 -> sequence + 2 + random.nextInt(5);
      case 2 -> Math.max(0, sequence - 1 - random.nextInt(4));
      case 3 -> random.nextInt(3);
      case 4 -> sequence + (random.nextBoolean() ? Readings.JUMP : Readings.JUMP + 1);
      case 5 -> Math.max(0, sequence - Readings.DISORDER - random.nextInt(2));
      case 6 -> random.nextInt(8) == 0 ? Long.MAX_VALUE - 5_000_000 : sequence + 1;
      default -> sequence + 1;
    };
  }

  private Optional<Double> value() {
    return switch (random.nextInt(40)) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(Double.NaN);
      case 2 -> Optional.of(Double.POSITIVE_INFINITY);
      case 3 -> Optional.of(Double.NEGATIVE_INFINITY);
      case 4 -> Optional.of(Double.MAX_VALUE);
      case 5 -> Optional.of(-0.0);
      default -> Optional.of(random.nextInt(1000) / 100.0);
    };
  }

  /** Some come late, and some again: at once, a day later, and outside the window of copies. */
  private List<Reading> received() {
    List<Reading> received = new ArrayList<>();
    for (Reading reading : readings) {
      long late = random.nextInt(10) == 0 ? random.nextInt(400) : 0;
      long offset = (reading.offset() + late) * 10;
      received.add(reading.again(reading.time(), offset + random.nextInt(2)));
      switch (random.nextInt(30)) {
        case 0 -> received.add(reading.again(reading.time(), offset + 2));
        case 1 -> received.add(reading.again(reading.time().plusSeconds(70_000), offset + 3));
        case 2 -> received.add(reading.again(reading.time().plusSeconds(86_400), offset + 4));
        default -> {}
      }
    }
    return withOwnOffsets(received);
  }

  /** Two places in the log are never the same. */
  private static List<Reading> withOwnOffsets(List<Reading> received) {
    received.sort((a, b) -> Long.compare(a.offset(), b.offset()));
    List<Reading> numbered = new ArrayList<>();
    for (Reading reading : received) {
      numbered.add(reading.again(reading.time(), numbered.size()));
    }
    return numbered;
  }

  private Instant midnight(int day) {
    return first.plusDays(day).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
