package dev.sluice.transform.schedule;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Settings;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the scheduler runs, and how it agrees with others who run the same.
 *
 * @param schedules by name; none at all stands for the night of each day at 03:30 UTC
 * @param lease how long a runner that says nothing is believed to be alive
 * @param look how often the shared properties are read while nothing is due
 * @param alerts who is told of a run that failed for good
 */
public record ScheduleSettings(
    Map<String, Entry> schedules,
    @Default("1m") Duration lease,
    @Default("20s") Duration look,
    Alerts alerts) {
  private static final int MOST = 100;
  private static final Map<String, Entry> NIGHTLY =
      Map.of("nightly", Settings.text(Entry.class, "the default schedule", "cron: '30 3 * * *'"));

  public ScheduleSettings {
    schedules = Map.copyOf(schedules);
    if (schedules.size() > MOST) {
      throw new IllegalArgumentException("schedules must be " + MOST + " at most");
    }
    for (String name : schedules.keySet()) {
      if (!name.matches("[a-z][a-z0-9-]{0,39}")) {
        throw new IllegalArgumentException(
            "a schedule is called '" + name + "'; write small letters, digits and dashes");
      }
    }
    between("lease", lease, Duration.ofSeconds(3), Duration.ofHours(1));
    between("look", look, Duration.ofMillis(100), Duration.ofMinutes(10));
  }

  /** The schedules that run. */
  public Map<String, Entry> effective() {
    return schedules.isEmpty() ? NIGHTLY : schedules;
  }

  /**
   * One schedule.
   *
   * @param cron five fields, or {@code @daily} and its like
   * @param zone whose clocks the fields speak of
   * @param run the words after {@code ./sluice etl}; in them {@code {day}} is the last whole UTC
   *     day before the time it was due
   * @param grace how late a time may be and still not be missed
   * @param catchUpLimit how many missed times run at most
   * @param catchUpAge how old a missed time may be
   * @param retries how often a failed run is tried again
   * @param backOff the wait before the first retry; each next one is twice as long, by chance up to
   *     half shorter
   * @param timeout when a run is ended, which is a failure
   */
  public record Entry(
      String cron,
      @Default("UTC") String zone,
      @Default("nightly") String run,
      @Default("last") Catchup catchUp,
      @Default("10m") Duration grace,
      @Default("7") int catchUpLimit,
      @Default("7d") Duration catchUpAge,
      @Default("3") int retries,
      @Default("1m") Duration backOff,
      @Default("30m") Duration backOffLimit,
      @Default("6h") Duration timeout) {
    public Entry {
      if (run.isBlank()) {
        throw new IllegalArgumentException("run must say what; write run: nightly");
      }
      Cron.parse(cron, zoneCalled(zone));
      between("grace", grace, Duration.ZERO, Duration.ofDays(1));
      between("catch-up-age", catchUpAge, Duration.ZERO, Duration.ofDays(31));
      between("back-off", backOff, Duration.ofMillis(1), Duration.ofHours(6));
      between("back-off-limit", backOffLimit, backOff, Duration.ofDays(1));
      between("timeout", timeout, Duration.ofMillis(1), Duration.ofDays(7));
      within("retries", retries, 0, 20);
      within("catch-up-limit", catchUpLimit, 1, 400);
    }

    Cron times() {
      return Cron.parse(cron, zoneCalled(zone));
    }

    /** What is run for a time it was due at. */
    List<String> words(LocalDate day) {
      return List.of(run.strip().replace("{day}", day.toString()).split("\\s+", -1));
    }
  }

  /**
   * Who is told of what fails.
   *
   * @param url where a failure is posted as JSON
   * @param secret what the post is signed with
   * @param attempts how often it is tried
   * @param patience how long one try may take
   */
  public record Alerts(
      Optional<URI> url,
      Optional<Secret> secret,
      @Default("3") int attempts,
      @Default("10s") Duration patience) {
    public Alerts {
      if (url.isPresent()
          && (url.get().getHost() == null
              || !String.valueOf(url.get().getScheme()).matches("https?"))) {
        throw new IllegalArgumentException("url must be like https://example.com/hook");
      }
      if (secret.isPresent() && url.isEmpty()) {
        throw new IllegalArgumentException("secret signs nothing where url is not set");
      }
      within("attempts", attempts, 1, 10);
      between("patience", patience, Duration.ofMillis(10), Duration.ofMinutes(1));
    }
  }

  /** The last whole UTC day before a time. */
  static LocalDate dayBefore(Instant due) {
    return LocalDate.ofInstant(due, ZoneOffset.UTC).minusDays(1);
  }

  private static ZoneId zoneCalled(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      throw new IllegalArgumentException(
          "there is no time zone '" + name + "'; write one such as Europe/Berlin");
    }
  }

  private static void between(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          key + " is " + value + ", but must be between " + least + " and " + most);
    }
  }

  private static void within(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + " is " + value + ", but must be between " + least + " and " + most);
    }
  }
}
