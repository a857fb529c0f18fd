package dev.sluice.transform.subject.marketing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Tables;
import dev.sluice.transform.sample.HeldTables;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.Promises;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class CallsTest {
  private static final LocalDate DAY = LocalDate.of(2028, 2, 29);
  private static final Instant NOON = Instant.parse("2028-02-29T12:00:00Z");

  private final SparkSession spark = LocalSpark.session();
  private final Calls job = new Calls();

  @Test
  void generatedDaysAreWhatThePlainReferenceSays() {
    long seed = 20_261_122;
    Random random = new Random(seed);
    Market market = Market.empty();
    List<CallRecord> records = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      Instant start = around(random);
      market
          .visits()
          .add(
              new Market.Visit(
                  "user-" + random.nextInt(6),
                  "visit-" + i,
                  around(random),
                  of(random, "ads", "mail", "", "Organic")));
      records.add(
          new CallRecord(
              "call-" + random.nextInt(40),
              random.nextInt(3) > 0
                  ? start
                  : start.plus(Duration.ofHours(6).multipliedBy(random.nextInt(140))),
              of(random, "", "user-1", "user-2", "+49 30 1"),
              of(random, "", "", "user-3"),
              of(random, "", "Completed", "answered", "busy", "no-answer", "ringing"),
              random.nextBoolean() ? List.of() : List.of(start),
              random.nextBoolean() ? List.of() : List.of(random.nextInt(4) - 1L),
              of(random, "", " ", "hello", "hello again"),
              of(random, "", "posters"),
              i));
    }
    Collections.shuffle(records, random);

    PlainCalls plain = new PlainCalls(records, market.visits());
    assertThat(
            LocalSpark.texts(
                Promises.kept(job, job.run(DAY, tables(market, records))), job.writes()))
        .as("calls of seed %d", seed)
        .hasSizeGreaterThan(5)
        .containsExactlyInAnyOrderElementsOf(plain.rows(DAY));
  }

  @Test
  void aTranscriptOfDaysLaterFindsItsCallAndTheSessionBeforeIsCredited() {
    Market market = Market.empty();
    market.visit("u", "2028-02-28T12:00:00Z", "ads");
    market.visit("u", "2028-02-28T11:59:59Z", "mail");
    market.visit("u", "2028-02-29T12:00:01Z", "mail");
    List<CallRecord> records =
        List.of(
            record(NOON, "ringing", "", 1),
            record(NOON.plusSeconds(60), "completed", "", 2),
            record(NOON.plus(Duration.ofDays(20)), "", "good morning", 3),
            record(NOON.plus(Duration.ofDays(21)), "", "", 4));

    Row call = job.run(DAY, tables(market, records)).collectAsList().get(0);
    assertThat(call.<String>getAs("text")).isEqualTo("good morning");
    assertThat(call.<Boolean>getAs("answered")).isTrue();
    assertThat(call.<Instant>getAs("started_at")).isEqualTo(NOON);
    assertThat(call.<String>getAs("media_source")).isEqualTo("ads");
  }

  @Test
  void aCallNeedsNoSessionsAndADayMayHaveNoCalls() {
    List<CallRecord> one = List.of(record(NOON, "busy", "", 1));
    Tables tables = new HeldTables(Map.of("raw.calls", CallRecord.rows(spark, one)));
    assertThat(job.run(DAY, tables).count()).isEqualTo(1);
    assertThat(job.run(DAY.plusDays(1), tables).isEmpty()).isTrue();
  }

  private static CallRecord record(Instant time, String status, String transcript, long offset) {
    return new CallRecord(
        "call", time, "+49 30 1", "u", status, List.of(), List.of(), transcript, "", offset * 3);
  }

  private Tables tables(Market market, List<CallRecord> records) {
    Map<String, Dataset<Row>> tables = market.held(spark);
    tables.put("raw.calls", CallRecord.rows(spark, records));
    return new HeldTables(tables);
  }

  private static String of(Random random, String... words) {
    return words[random.nextInt(words.length)];
  }

  private static Instant around(Random random) {
    return DAY.atStartOfDay(ZoneOffset.UTC)
        .toInstant()
        .minus(Duration.ofDays(1))
        .plus(Duration.ofMinutes(random.nextInt(3 * 1440)));
  }
}
