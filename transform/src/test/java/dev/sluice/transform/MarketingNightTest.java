package dev.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.Task;
import dev.sluice.transform.publish.Outcome;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.RawEvent;
import dev.sluice.transform.subject.Subjects;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Marketing and devices as a night makes, checks and publishes them. */
class MarketingNightTest {
  private static final LocalDate DAY = LocalDate.of(2028, 2, 29);
  private static final List<String> TABLES =
      List.of(
          "sessions",
          "transactions",
          "attribution",
          "campaign_costs",
          "roas",
          "calls",
          "device_hours");

  private static final List<String> FROM_EVENTS =
      List.of("sessions", "transactions", "attribution", "roas");

  /** What every raw table has. */
  private static final String PLACE =
      "_time TIMESTAMP, _received_at TIMESTAMP, _shard INT, _offset BIGINT";

  private final SparkSession spark = LocalSpark.session();
  private int runs;

  @BeforeEach
  void appEvents() throws Exception {
    dropTables();
    spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.raw");
    raw("app_events", RawEvent.COLUMNS);
    List<RawEvent> events =
        List.of(
            event("view", "08:00:00", "u", 0, 1),
            event("install", "08:01:00", "u", 0, 2),
            event("purchase", "08:02:00", "u", 30, 3),
            event("purchase", "09:00:00", "v", 10, 4));
    RawEvent.rows(spark, events).coalesce(1).writeTo("lake.raw.app_events").append();
  }

  @AfterEach
  void dropTables() {
    for (Job job : jobs(TABLES)) {
      spark.sql("DROP TABLE IF EXISTS " + job.writes().name() + " PURGE");
    }
    for (String table :
        List.of("app_events", "attributions", "campaign_costs", "calls", "sensor_readings")) {
      spark.sql("DROP TABLE IF EXISTS lake.raw." + table + " PURGE");
    }
    spark.sql("DROP TABLE IF EXISTS lake.ops.checks PURGE");
    spark.sql("DROP TABLE IF EXISTS lake.ops.check_failures PURGE");
  }

  @Test
  void withoutWebhooksCostsOrDevicesTheNightIsGreen() {
    night(jobs(FROM_EVENTS));

    assertThat(texts("SELECT DISTINCT conversion, media_source FROM lake.gold.attribution"))
        .containsExactlyInAnyOrder("[install,ads]", "[purchase,ads]");
    assertThat(texts("SELECT media_source, currency, users, revenue_0, roas_0 FROM lake.gold.roas"))
        .containsExactlyInAnyOrder("[ads,EUR,2,40.0000,null]");
  }

  @Test
  void allTablesAreMadeCheckedAndCorrectedWhenTheDayIsRunAgain() {
    raw(
        "attributions",
        "event_id STRING, provider STRING, type STRING, user_id STRING, "
            + "device_id STRING, app_id STRING, media_source STRING, campaign STRING, "
            + "touch_time TIMESTAMP, install_time TIMESTAMP, "
            + PLACE);
    postback("wrong", 1);
    raw(
        "campaign_costs",
        "media_source STRING, campaign STRING, adset STRING, ad STRING, "
            + "currency STRING, cost DOUBLE, clicks BIGINT, impressions BIGINT, "
            + PLACE);
    insert("campaign_costs", "'right', 'spring', NULL, NULL, 'EUR', 20D, 3, 100, " + place(1));
    raw(
        "calls",
        "event_id STRING, call_id STRING, caller STRING, called STRING, "
            + "direction STRING, status STRING, started_at TIMESTAMP, "
            + "duration_seconds BIGINT, recording_url STRING, transcript STRING, "
            + "source STRING, campaign STRING, _extra MAP<STRING,STRING>, "
            + PLACE);
    insert(
        "calls",
        "'e', 'c', 'v', 'us', NULL, 'completed', TIMESTAMP '2028-02-29T10:00:00Z', 60,"
            + " NULL, NULL, NULL, NULL, NULL, "
            + place(1));
    raw(
        "sensor_readings",
        "event_id STRING, device_id STRING, metric STRING, value DOUBLE, "
            + "unit STRING, battery DOUBLE, sequence BIGINT, "
            + PLACE);
    insert("sensor_readings", "'r', 'd', 'heat', 1.5D, 'C', 90D, 7, " + place(1));

    night(jobs(TABLES));
    assertThat(
            texts(
                "SELECT media_source FROM lake.gold.attribution"
                    + " WHERE conversion = 'install' AND model = 'last'"))
        .containsExactly("[wrong]");
    assertThat(texts("SELECT media_source, duration_seconds, answered FROM lake.gold.calls"))
        .containsExactly("[ads,60,true]");
    assertThat(texts("SELECT device_id, readings, mean FROM lake.gold.device_hours"))
        .containsExactly("[d,1,1.5]");

    postback("right", 2);
    night(jobs(List.of("attribution", "roas")));
    assertThat(texts("SELECT media_source, cost, revenue_0, roas_0 FROM lake.gold.roas"))
        .containsExactlyInAnyOrder("[ads,0.0000,10.0000,null]", "[right,20.0000,30.0000,1.500000]");
  }

  /** Reported 10 seconds before the install, as of an ad that was touched then. */
  private void postback(String source, int offset) {
    insert(
        "attributions",
        "'p"
            + offset
            + "', 'adjust', 'install', 'u', 'device', 'app', '"
            + source
            + "', NULL, NULL, TIMESTAMP '2028-02-29T08:00:50Z', "
            + place(offset));
  }

  private static String place(int offset) {
    return "TIMESTAMP '2028-02-29T08:00:50Z', TIMESTAMP '2028-02-29T08:00:5"
        + offset
        + "Z', 0, "
        + offset;
  }

  private void raw(String table, String columns) {
    spark.sql(
        "CREATE TABLE lake.raw."
            + table
            + " ("
            + columns
            + ") USING iceberg PARTITIONED BY (days(_time))");
  }

  private void insert(String table, String values) {
    spark.sql("INSERT INTO lake.raw." + table + " VALUES (" + values + ")");
  }

  private static RawEvent event(String type, String time, String user, double price, long offset) {
    return new RawEvent(
        "event-" + offset,
        Instant.parse(DAY + "T" + time + "Z"),
        user,
        type,
        "",
        "",
        price,
        1,
        "EUR",
        "ads",
        offset);
  }

  /** Those under test and what they read of other jobs, in the order of a night. */
  private static List<Job> jobs(List<String> tables) {
    return Subjects.nightly().stream()
        .filter(job -> tables.contains(job.writes().name().table()))
        .toList();
  }

  private void night(List<Job> jobs) {
    List<Task> tasks = jobs.stream().map(job -> new Task(job, DAY)).toList();
    List<Outcome> outcomes = new Night(spark, progress -> {}).run(tasks, "run-" + runs++);
    assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.why()).isEmpty());
    assertThat(outcomes)
        .flatExtracting(Outcome::checks)
        .allSatisfy(check -> assertThat(check.says()).isEmpty());
  }

  private List<String> texts(String sql) {
    return spark.sql(sql).collectAsList().stream().map(Object::toString).toList();
  }
}
