package dev.sluice.transform.subject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.sample.BuiltTables;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.RawEvent;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class HandMadePeopleTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

  private final SparkSession spark = LocalSpark.session();
  private final List<RawEvent> events = new ArrayList<>();

  @Test
  void whoLogsInWasHereBeforeUnderAnotherName() {
    event("anonymous-7", "view", "2026-11-20T10:00:00Z", "ads");
    event("zoe", "view", "2026-11-21T10:00:00Z", "mail");
    say("zoe", "2026-11-21T10:00:00Z", "anonymous_id", "anonymous-7");
    say("zoe", "2026-11-21T11:00:00Z", "device_id", "phone");
    say("zoe-at-work", "2026-11-22T11:00:00Z", "device_id", "phone");
    event("somebody-else", "view", "2026-11-20T10:00:00Z", "");
    BuiltTables built = built();

    assertThat(people(built))
        .containsExactly(
            "anonymous-7|anonymous-7",
            "phone|anonymous-7",
            "zoe-at-work|anonymous-7",
            "zoe|anonymous-7");
    assertThat(built.build(new Users()))
        .satisfiesExactly(
            row ->
                assertThat(row)
                    .startsWith(
                        "anonymous-7|anonymous-7,zoe,zoe-at-work|3|2026-11-20T10:00:00Z"
                            + "|2026-11-22T11:00:00Z|3|"),
            row -> assertThat(row).startsWith("somebody-else|somebody-else|1|"));
    assertThat(built.build(new UsersHistory()))
        .containsExactly(
            "anonymous-7|2026-11-20|2026-11-21|false|ads|null|null|never",
            "anonymous-7|2026-11-21|null|true|mail|null|null|never",
            "somebody-else|2026-11-20|null|true|null|null|null|never");
    assertThat(built.build(new Cohorts()))
        .containsExactly(
            "2026-11-20|0|2|2|1.000000", "2026-11-20|1|2|1|0.500000", "2026-11-20|2|2|1|0.500000");
  }

  @Test
  void aDeviceThatManyShareJoinsNobody() {
    for (int user = 0; user < People.SHARED; user++) {
      say("family-" + user, "2026-11-20T10:00:00Z", "device_id", "tablet");
    }
    for (int user = 0; user <= People.SHARED; user++) {
      say("guest-" + user, "2026-11-20T10:00:00Z", "device_id", "kiosk");
    }

    assertThat(people(built()))
        .containsExactly(
            "family-0|family-0",
            "family-1|family-0",
            "family-2|family-0",
            "family-3|family-0",
            "family-4|family-0",
            "tablet|family-0");
  }

  @Test
  void aPartnersReportTellsWhichDeviceIsWhose() {
    event("zoe", "view", "2026-11-20T10:00:00Z", "");
    StructType reports =
        StructType.fromDDL("user_id STRING, device_id STRING, idfa STRING, _time TIMESTAMP");
    List<Row> rows =
        List.of(
            RowFactory.create("zoe", "phone", null, Instant.parse("2026-11-20T09:00:00Z")),
            RowFactory.create("adam", "", "phone", Instant.parse("2026-11-21T09:00:00Z")),
            RowFactory.create(null, "phone", "phone", Instant.parse("2026-11-21T09:00:00Z")));

    assertThat(people(built().with(Identities.REPORTS, spark.createDataFrame(rows, reports))))
        .containsExactly("adam|adam", "phone|adam", "zoe|adam");
  }

  @Test
  void chainsOfAnyOrderComeTogetherUnderTheirLeastId() {
    // Each of 1 to 100 once, up and down.
    List<String> ids =
        IntStream.rangeClosed(1, 100).mapToObj(i -> "id-%03d".formatted(i * 37 % 101)).toList();
    List<Row> pairs = new ArrayList<>();
    for (int i = 1; i < ids.size(); i++) {
      pairs.add(RowFactory.create(ids.get(i - 1), ids.get(i)));
    }
    pairs.add(RowFactory.create("other-1", "other-2"));
    List<Row> labels =
        Components.of(spark.createDataFrame(pairs, StructType.fromDDL("a STRING, b STRING")))
            .collectAsList();

    assertThat(labels).hasSize(102);
    assertThat(labels)
        .allMatch(
            row ->
                row.getString(1).equals(row.getString(0).startsWith("id") ? "id-001" : "other-1"));
  }

  private Set<String> people(BuiltTables built) {
    built.build(new AppEvents());
    built.build(new UserDays());
    built.build(new Identities());
    return built.build(new People());
  }

  private void event(String user, String type, String time, String source) {
    events.add(RawEvent.of(events.size(), user, type, Instant.parse(time)).from(source));
  }

  private void say(String user, String time, String name, String text) {
    events.add(RawEvent.of(events.size(), user, "login", Instant.parse(time)).saying(name, text));
  }

  private BuiltTables built() {
    return new BuiltTables(List.of(DAY, DAY.plusDays(1), DAY.plusDays(2)))
        .with(Events.RAW, RawEvent.rows(spark, events).coalesce(1));
  }
}
