package dev.sluice.transform.subject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.sample.BuiltTables;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.RawEvent;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class HandMadeSessionsTest {
  private static final LocalDate LEAP = LocalDate.of(2028, 2, 29);

  private final SparkSession spark = LocalSpark.session();
  private final List<RawEvent> events = new ArrayList<>();

  @Test
  void aSessionOverMidnightIntoALeapDayIsOfTheDayItStarts() {
    view("ann", "2028-02-28T23:45:00Z");
    view("ann", "2028-02-29T00:15:00Z");
    view("ann", "2028-02-29T00:45:00.000001Z");
    view("bob", "2028-02-29T23:59:59.999999Z");
    view("bob", "2028-03-01T00:00:00Z");

    assertThat(sessions(LEAP.minusDays(1)))
        .containsExactly("ann 2028-02-28T23:45:00Z 2028-02-29T00:15:00Z 2");
    assertThat(sessions(LEAP))
        .containsExactly(
            "ann 2028-02-29T00:45:00.000001Z 2028-02-29T00:45:00.000001Z 1",
            "bob 2028-02-29T23:59:59.999999Z 2028-03-01T00:00:00Z 2");
    assertThat(sessions(LEAP.plusDays(1))).isEmpty();
  }

  @Test
  void clocksThatAreChangedSomewhereMakeNoHourLongerOrShorter() {
    // Central Europe's clocks: an hour less on the first day, one more on the second.
    for (String day : List.of("2028-03-26", "2028-10-29")) {
      view("ann", day + "T00:50:00Z");
      view("ann", day + "T01:20:00Z");
      view("ann", day + "T01:51:00Z");
      view("ann", day + "T23:59:59Z");

      assertThat(sessions(LocalDate.parse(day)))
          .containsExactly(
              "ann " + day + "T00:50:00Z " + day + "T01:20:00Z 2",
              "ann " + day + "T01:51:00Z " + day + "T01:51:00Z 1",
              "ann " + day + "T23:59:59Z " + day + "T23:59:59Z 1");
    }
  }

  @Test
  void aDayOfOneEventHasOneRowOfItsUserInEachTable() {
    events.add(
        RawEvent.of(1, "ann", "view", Instant.parse("2028-02-29T12:00:00Z"))
            .on("/a/b")
            .about("item", "toys"));
    BuiltTables built = built(LEAP);

    assertThat(built.build(new AppEvents())).hasSize(1);
    assertThat(built.build(new UserDays())).hasSize(1);
    assertThat(built.build(new Identities())).isEmpty();
    assertThat(built.build(new People())).isEmpty();
    assertThat(built.build(new Users())).singleElement().asString().startsWith("ann|ann|1|2028");
    assertThat(built.build(new UsersHistory()))
        .containsExactly("ann|2028-02-29|null|true|null|null|null|never");
    assertThat(built.build(new Items()))
        .containsExactly("2028-02-29|item|toys|null|1|0|0|0|0|0.0000|0.0000|null|1|0|0.000000");
    assertThat(built.build(new Funnels(List.of(Funnel.SHOP))))
        .containsExactly(
            "2028-02-29|shop|1|view|1|1|1.000000|null",
            "2028-02-29|shop|2|add_to_cart|1|0|0.000000|null",
            "2028-02-29|shop|3|purchase|1|0|0.000000|null");
    assertThat(built.build(new PagePaths()))
        .containsExactly("2028-02-29|exit|/a/b|1|2|1|1", "2028-02-29|path|/a/b|1|2|1|1");
    assertThat(built.build(new Cohorts())).containsExactly("2028-02-29|0|1|1|1.000000");
  }

  @Test
  void aDayWithoutEventsHasNoRows() {
    view("ann", "2028-02-25T12:00:00Z");
    BuiltTables built = built(LEAP);

    assertThat(Subjects.nightly())
        .filteredOn(job -> job.getClass().getPackage() == Subjects.class.getPackage())
        .hasSizeGreaterThan(10)
        .allSatisfy(job -> assertThat(built.build(job)).isEmpty());
  }

  @Test
  void aHundredThousandEventsOfOneUserAreOneSession() {
    Dataset<Row> machine =
        spark
            .range(100_000)
            .selectExpr(
                Arrays.stream(RawEvent.rows(spark, List.of()).schema().fields())
                    .map(
                        field ->
                            switch (field.name()) {
                              case "event_id" -> "'e-' || id AS event_id";
                              case "user_id" -> "'machine' AS user_id";
                              case "type" -> "if(id % 2 = 0, 'view', 'add_to_cart') AS type";
                              case "page" -> "'/page/' || (id % 3) AS page";
                              case "_time", "_received_at" ->
                                  "timestamp_micros(1835395200000000 + id * 500000) AS "
                                      + field.name();
                              case "_shard" -> "0 AS _shard";
                              case "_offset" -> "id AS _offset";
                              default ->
                                  "CAST(null AS " + field.dataType().sql() + ") AS " + field.name();
                            })
                    .toArray(String[]::new));
    BuiltTables built = new BuiltTables(List.of(LEAP)).with(Events.RAW, machine);

    List<Row> sessions = new Sessions().run(LEAP, built).collectAsList();
    assertThat(sessions)
        .singleElement()
        .satisfies(session -> assertThat(session.<Long>getAs("events")).isEqualTo(100_000));
    built.with(AppEvents.TABLE, new AppEvents().run(LEAP, built).cache());
    assertThat(built.build(new Funnels(List.of(Funnel.SHOP))))
        .contains("2028-02-29|shop|2|add_to_cart|1|1|1.000000|null");
    assertThat(built.build(new PagePaths()))
        .contains("2028-02-29|step|/page/0 > /page/1|2|2|1|33333");
    built.read(AppEvents.TABLE).unpersist();
  }

  private void view(String user, String time) {
    events.add(RawEvent.of(events.size(), user, "view", Instant.parse(time)));
  }

  private BuiltTables built(LocalDate day) {
    return new BuiltTables(List.of(day)).with(Events.RAW, RawEvent.rows(spark, events).coalesce(1));
  }

  private List<String> sessions(LocalDate day) {
    return new Sessions()
        .run(day, built(day)).collectAsList().stream()
            .map(
                row ->
                    row.getAs("user_id")
                        + " "
                        + row.getAs("started_at")
                        + " "
                        + row.getAs("ended_at")
                        + " "
                        + row.getAs("events"))
            .sorted()
            .toList();
  }
}
