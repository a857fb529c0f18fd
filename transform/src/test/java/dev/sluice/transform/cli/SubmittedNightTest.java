package dev.sluice.transform.cli;

import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.transform.job.Job;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.sample.Command;
import dev.sluice.transform.sample.LakeProcess;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.sample.PlainSubjects;
import dev.sluice.transform.sample.RandomDays;
import dev.sluice.transform.sample.RawEvent;
import dev.sluice.transform.subject.Subjects;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nights submitted as users submit them, to a Spark of its own, on a real lake over HTTP. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SubmittedNightTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 19);

  /** Some of them: what one table takes in a Spark of its own, the others take too. */
  private static final List<String> JOBS = List.of("sessions", "transactions", "events", "items");

  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir private static Path data;
  private static LakeProcess lake;

  private final List<RawEvent> events = new RandomDays(11, DAY.minusDays(1), 3).events();

  @BeforeAll
  static void startLake() throws Exception {
    lake = LakeProcess.start(data);
    lake.mount(SPARK, "far");
  }

  @AfterAll
  static void stopLake() throws Exception {
    lake.close();
  }

  @BeforeEach
  void dropTables() {
    for (String table : List.of("raw.app_events", "ops.runs", "ops.run_inputs")) {
      SPARK.sql("DROP TABLE IF EXISTS far." + table);
    }
    Subjects.nightly()
        .forEach(job -> SPARK.sql("DROP TABLE IF EXISTS far." + inLake(job.writes().name())));
  }

  @Test
  void aSubmittedNightPublishesWhatEverybodyCanAsk() throws Exception {
    loadEvents();
    Command night = etl("nightly", "--date", DAY.toString(), "--jobs", String.join(",", JOBS));

    assertThat(night.err()).isEmpty();
    assertThat(night.exit()).isZero();
    List<String> tables = asked().map(job -> job.writes().name().toString()).toList();
    assertThat(night.out().lines().filter(line -> line.contains(" rows ")))
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .containsExactlyElementsOf(tables);
    assertTablesArePlain();
    JsonNode answer = lake.sql("SELECT count(*), count(DISTINCT order_id) FROM gold.transactions");
    int orders = plain("transactions").size();
    assertThat(answer).hasToString("[[" + orders + "," + orders + "]]");
    assertThat(etl("runs").out())
        .containsPattern(DAY + " +ok ")
        .contains("%,d".formatted(rowsOfAllTables()));
    assertThat(etl("runs", "--table", "sessions", "--day", DAY.toString()).out())
        .containsPattern("lake.gold.sessions +" + DAY + " +ok +" + plain("sessions").size());
    assertTheOtherDaysArePlanned();
    assertThat(lineageOfSessions())
        .contains("lake.raw.app_events > lake.gold.sessions by nightly.sessions");
    assertNothingSecretIsLeft();
  }

  /** The edges as {@code from > to by job}. */
  private static List<String> lineageOfSessions() throws Exception {
    List<String> edges = new ArrayList<>();
    for (JsonNode edge :
        lake.page("/api/v1/lineage?table=gold.sessions&direction=up").path("edges")) {
      edges.add(
          edge.path("from").asText()
              + " > "
              + edge.path("to").asText()
              + " by "
              + edge.at("/job/name").asText());
    }
    return edges;
  }

  /** The day that was made is not stale, the two around it were never made. */
  private static void assertTheOtherDaysArePlanned() throws Exception {
    Clock night = Clock.fixed(DAY.plusDays(2).atTime(3, 0).toInstant(UTC), UTC);
    Command plan = Command.etl(night, "plan", "--format", "json", "--data", data.toString());

    assertThat(plan.err()).isEmpty();
    JsonNode steps = new ObjectMapper().readTree(plan.out()).path("steps");
    List<String> days = new ArrayList<>();
    for (JsonNode step : steps) {
      if (step.path("table").asText().equals("lake.gold.sessions")) {
        days.add(step.path("day").asText());
        assertThat(step.findValuesAsText("reason")).containsOnly("missing");
      }
    }
    assertThat(days)
        .contains(DAY.minusDays(1).toString(), DAY.plusDays(1).toString())
        .doesNotContain(DAY.toString());
    assertThat(steps.get(0).path("bytes").asLong()).isPositive();
    assertThat(Command.etl(night, "nightly", "--dry-run", "--data", data.toString()).out().lines())
        .last()
        .asString()
        .startsWith(steps.size() + " steps read ");
  }

  @Test
  void withoutTheRawTableTheCommandSaysSoInOneLineWithItsLog() throws Exception {
    Command night = etl("nightly", "--date", DAY.toString());

    assertThat(night.exit()).isEqualTo(1);
    assertThat(night.err().lines())
        .singleElement()
        .asString()
        .startsWith("there is no table lake.raw.app_events;")
        .matches(".*\\(log: .*nightly-" + DAY + ".*\\.log\\)");
    assertThat(etl("runs").out()).containsPattern(DAY + " +failed ").contains("there is no table");
  }

  @Test
  void aCatalogThatDoesNotAnswerIsNamedInOneLine(@TempDir Path elsewhere) throws Exception {
    Endpoints there = lake.endpoints();
    new Endpoints(
            there.console(),
            there.door(),
            Optional.empty(),
            there.kafka(),
            there.s3(),
            URI.create("http://127.0.0.1:1"),
            Optional.empty(),
            there.credentials(),
            there.pid())
        .write(elsewhere);
    Command night =
        Command.etl(
            Clock.systemUTC(), "nightly", "--date", "2026-11-19", "--data", elsewhere.toString());

    assertThat(night.exit()).isEqualTo(1);
    assertThat(night.err().lines())
        .singleElement()
        .asString()
        .contains("catalog at http://127.0.0.1:1");
  }

  private static void assertNothingSecretIsLeft() throws Exception {
    try (var files = Files.walk(data.resolve("etl"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).as(file.toString()).doesNotContain(lake.secrets());
        assertThat(file.toString()).doesNotEndWith(".properties");
        if (file.toString().endsWith(".log")) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
              .isEqualTo("rw-------");
        }
      }
    }
  }

  private static Command etl(String name, String... words) {
    String[] all = new String[words.length + 3];
    all[0] = name;
    all[1] = "--data";
    all[2] = data.toString();
    System.arraycopy(words, 0, all, 3, words.length);
    return Command.etl(Clock.systemUTC(), all);
  }

  private void loadEvents() throws Exception {
    SPARK.sql(
        "CREATE TABLE far.raw.app_events ("
            + RawEvent.COLUMNS
            + ") USING iceberg PARTITIONED BY (days(_time))");
    RawEvent.rows(SPARK, events).coalesce(1).writeTo("far.raw.app_events").append();
  }

  private void assertTablesArePlain() {
    asked()
        .forEach(
            job -> {
              TableName table = job.writes().name();
              Set<String> rows =
                  LocalSpark.texts(SPARK.table("far." + inLake(table)), job.writes());
              if (List.of("sessions", "transactions").contains(table.table())) {
                assertThat(rows)
                    .as(table.table())
                    .containsExactlyInAnyOrderElementsOf(plain(table.table()));
              }
            });
  }

  private static long rowsOfAllTables() {
    return asked()
        .mapToLong(job -> SPARK.table("far." + inLake(job.writes().name())).count())
        .sum();
  }

  /** The jobs that the night was asked for. */
  private static Stream<Job> asked() {
    return Subjects.nightly().stream().filter(job -> JOBS.contains(job.writes().name().table()));
  }

  private static String inLake(TableName table) {
    return table.namespace() + "." + table.table();
  }

  private Set<String> plain(String table) {
    PlainSubjects plain = new PlainSubjects(events);
    return (table.equals("sessions") ? plain.sessions() : plain.transactions())
        .getOrDefault(DAY, Set.of());
  }
}
