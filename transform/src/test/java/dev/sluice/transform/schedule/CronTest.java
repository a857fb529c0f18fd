package dev.sluice.transform.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  /** Clocks that change by an hour, by half of one, over midnight, by a whole day, and never. */
  private static final List<String> ZONES =
      List.of(
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "America/St_Johns",
          "America/Sao_Paulo",
          "Pacific/Apia",
          "Asia/Kolkata",
          "UTC");

  /** A change of clocks of each kind, and quiet days. */
  private static final List<String> DAYS =
      List.of(
          "2026-03-28",
          "2026-10-24",
          "2026-03-07",
          "2026-10-31",
          "2026-04-04",
          "2026-10-03",
          "2010-03-13",
          "2010-11-06",
          "2017-10-14",
          "2018-02-17",
          "2011-12-29",
          "2024-02-28",
          "2026-06-29",
          "2026-12-30");

  @Property(tries = 300)
  void nextIsWhatSomebodyWhoLooksEveryMinuteFinds(
      @ForAll("lines") String line,
      @ForAll("zones") String zone,
      @ForAll("days") String day,
      @ForAll("seconds") int seconds) {
    Instant after =
        LocalDate.parse(day).atStartOfDay(ZoneOffset.UTC).toInstant().plusSeconds(seconds);
    PatientCron slow = new PatientCron(line, ZoneId.of(zone));

    assertThat(following(Cron.parse(line, ZoneId.of(zone)), after, Duration.ofDays(3)))
        .isEqualTo(slow.between(after, Duration.ofDays(3)));
  }

  @Provide
  Arbitrary<String> lines() {
    return Combinators.combine(
            field("0", "30", "*", "*/15", "1,59", "10-50/20"),
            field("*", "0", "1", "2", "3", "23", "*/2", "0-3", "1-4/2", "2,3,23"),
            field("*", "*", "1", "14", "29", "30", "*/2", "28-31"),
            field("*", "*", "mar,oct,nov", "FEB,Apr,dec", "*/3"),
            field("*", "*", "*", "0", "7", "mon-fri", "sat,SUN", "*/2"))
        .as(
            (minute, hour, date, month, weekday) ->
                String.join(" ", minute, hour, date, month, weekday));
  }

  @Provide
  Arbitrary<String> zones() {
    return Arbitraries.of(ZONES);
  }

  @Provide
  Arbitrary<String> days() {
    return Arbitraries.of(DAYS);
  }

  @Provide
  Arbitrary<Integer> seconds() {
    return Arbitraries.integers().between(0, 86_399);
  }

  private static Arbitrary<String> field(String... choices) {
    return Arbitraries.of(choices);
  }

  @ParameterizedTest
  @CsvSource({
    // line, after, next
    "30 3 * * *, 2026-11-21T02:30:00Z, 2026-11-22T02:30:00Z",
    "@daily, 2026-11-21T02:30:00Z, 2026-11-21T23:00:00Z",
    "0 12 * * 7, 2026-11-21T02:30:00Z, 2026-11-22T11:00:00Z",
    // Either day field is enough where both are restricted.
    "0 12 24 12 mon, 2026-12-22T00:00:00Z, 2026-12-24T11:00:00Z",
    "0 12 24 12 mon, 2026-12-25T00:00:00Z, 2026-12-28T11:00:00Z",
    // Leap days, and the one that 2100 does not have.
    "0 6 29 2 *, 2026-01-01T00:00:00Z, 2028-02-29T05:00:00Z",
    "0 6 29 2 *, 2096-03-01T00:00:00Z, 2104-02-29T05:00:00Z",
    // 02:30 does not exist on 2026-03-29: it comes when the clock shows 03:00.
    "30 2 * * *, 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z",
    "*/20 2 * * *, 2026-03-29T01:00:00Z, 2026-03-30T00:00:00Z",
    // 02:30 exists twice on 2026-10-25: it comes the first time.
    "30 2 * * *, 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z",
    "30 2 * * *, 2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z",
    // Every hour is every hour.
    "30 * * * *, 2026-10-25T00:30:00Z, 2026-10-25T01:30:00Z",
    "30 * * * *, 2026-03-29T00:30:00Z, 2026-03-29T01:30:00Z"
  })
  void timesInBerlinAreAsDocumented(String line, Instant after, Instant next) {
    assertThat(Cron.parse(line, BERLIN).next(after)).contains(next);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30 3 * *|it has 4 fields",
        "60 3 * * *|60 is not between 0 and 59",
        "0 3 * * funday|'funday' is no number and no name from sun to sat",
        "0 3 5-1 * *|the range 5-1 ends before it begins",
        "*/0 3 * * *|a step of 0 goes nowhere",
        "5/15 3 * * *|a step goes with a star or a range: 5-59",
        "0 3 30 2 *|no day is ever so",
        "@reboot|it is not one of @hourly",
        "1,,2 3 * * *|write numbers"
      })
  void aBadLineIsRefusedInOneLine(String line, String why) {
    assertThatThrownBy(() -> Cron.parse(line, BERLIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cron '" + line + "'")
        .hasMessageContaining(why);
  }

  @Test
  void aYearOfNightsInBerlinHasOneRunEachDay() {
    Instant start = Instant.parse("2027-12-31T12:00:00Z");
    assertThat(following(Cron.parse("30 2 * * *", BERLIN), start, Duration.ofDays(366)))
        .hasSize(366)
        .extracting(time -> LocalDate.ofInstant(time, BERLIN))
        .doesNotHaveDuplicates();
  }

  private static List<Instant> following(Cron cron, Instant after, Duration span) {
    List<Instant> times = new ArrayList<>();
    Stream.iterate(
            cron.next(after),
            time -> time.isPresent() && !time.get().isAfter(after.plus(span)),
            time -> time.flatMap(cron::next))
        .map(Optional::orElseThrow)
        .forEach(times::add);
    return times;
  }
}
