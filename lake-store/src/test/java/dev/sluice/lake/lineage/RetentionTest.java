package dev.sluice.lake.lineage;

import static dev.sluice.lake.lineage.Events.columns;
import static dev.sluice.lake.lineage.Events.dataset;
import static dev.sluice.lake.lineage.Events.datasets;
import static dev.sluice.lake.lineage.Events.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Settings;
import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.DatabaseSettings;
import dev.sluice.lake.lineage.Lines.Edge;
import dev.sluice.lake.lineage.event.Dataset;
import dev.sluice.lake.lineage.event.DatasetNames;
import dev.sluice.lake.lineage.event.EventLimits;
import dev.sluice.lake.lineage.event.EventReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept, for how long, and under which name. */
class RetentionTest {
  private static final Dataset A = Dataset.table("r", "a");
  private static final Dataset B = Dataset.table("r", "b");

  private final EventReader reader =
      new EventReader(
          new DatasetNames("s3://lake/warehouse", () -> 1, List.of()),
          new EventLimits(100, 100, 64));
  private Instant now = Instant.parse("2026-05-01T00:00:00Z");
  private Database database;
  private Lineage lineage;

  @BeforeEach
  void open(@TempDir Path directory) {
    Map<String, String> few =
        Map.of("SLUICE_RUNS", "3", "SLUICE_EVENTS", "2", "SLUICE_RESULTS", "4");
    LineageSettings settings = Settings.read(LineageSettings.class, Optional.empty(), few);
    database = new Database(DatabaseSettings.file(directory.resolve("book.db"), 1));
    lineage = Lineage.open(database, settings, () -> now);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private boolean take(String event) {
    return lineage.take(
        reader.read(EventReader.json(event.getBytes(StandardCharsets.UTF_8))), "me");
  }

  private List<String> below(Dataset dataset) {
    return lineage.around(dataset, Direction.DOWN, 9, each -> true).edges().stream()
        .map(Edge::to)
        .flatMap(Optional::stream)
        .map(to -> to.dataset().key())
        .toList();
  }

  private List<Lines.RunLine> runs() {
    return lineage.job("nightly", "job", 100, each -> true).orElseThrow().runs();
  }

  @Test
  void ofAJobTheLastRunsAreKeptAndOfARunTheLastEvents() {
    for (int hour = 1; hour <= 5; hour++) {
      String run = "run" + hour;
      for (String state : List.of("START", "RUNNING", "COMPLETE")) {
        String time = "2026-04-30T0%d:%02d:00Z".formatted(hour, state.length());
        assertThat(take(event(state, time, run, "job", datasets("r.a"), datasets("r.b")))).isTrue();
      }
    }
    assertThat(runs().stream().map(Lines.RunLine::id))
        .containsExactly(Events.run("run5"), Events.run("run4"), Events.run("run3"));
    assertThat(lineage.run(Events.run("run5"), each -> true).orElseThrow().events()).hasSize(2);
    assertThat(lineage.run(Events.run("run1"), each -> true)).isEmpty();
    assertThat(below(A)).containsExactly("lake.r.b");
  }

  @Test
  void aReplayChangesNothing() {
    String event = event("COMPLETE", "2026-04-30T01:00:00Z", "x", "job", "", datasets("r.a"));
    assertThat(take(event)).isTrue();
    assertThat(take(event)).isFalse();
    assertThat(take(event.replace("\n", " ").replace("\"inputs\":[],", "")))
        .as("another event, though it says the same")
        .isTrue();
    assertThat(runs()).hasSize(1);
  }

  @Test
  void whatNobodyToldOfForLongIsForgotten() {
    take(
        event(
            "COMPLETE",
            "2026-04-30T01:00:00Z",
            "x",
            "job",
            datasets("r.a"),
            dataset("r.b", columns("y<r.a.x"))));
    assertThat(below(A)).hasSize(1);
    now = now.plus(Duration.ofDays(100));
    assertThat(below(A)).isEmpty();
    assertThat(lineage.around(A, "x", Direction.DOWN, 9, each -> true).edges()).isEmpty();
    take(event("COMPLETE", "2026-08-01T01:00:00Z", "z", "new", datasets("r.b"), ""));
    for (int at = 0; at < 256; at++) {
      take(
          event(
              "OTHER", "2026-08-02T01:%02d:%02dZ".formatted(at / 60, at % 60), "z", "new", "", ""));
    }
    assertThat(lineage.job("nightly", "job", 9, each -> true)).isEmpty();
    assertThat(lineage.run(Events.run("x"), each -> true)).isEmpty();
  }

  @Test
  void aClockThatRunsAheadDoesNotOutlastWhatIsToldLater() {
    String ahead = dataset("r.b", columns("y<r.a.wrong"));
    take(event("COMPLETE", "2036-01-01T00:00:00Z", "x", "job", datasets("r.a"), ahead));
    now = now.plus(Duration.ofDays(1));
    String right = dataset("r.b", columns("y<r.a.right"));
    take(event("COMPLETE", "2026-05-01T12:00:00Z", "y", "job", datasets("r.a"), right));
    assertThat(lineage.around(B, "y", Direction.UP, 1, each -> true).points())
        .extracting(Lines.Point::column)
        .containsExactly("y", "right");
  }

  @Test
  void aRenamedTableKeepsItsLineageAndJoinsWhatHadTheNameBefore() {
    Dataset renamed = Dataset.table("r", "renamed");
    String check =
        """
        {"namespace":"lake","name":"r.b","inputFacets":{"dataQualityAssertions":{"assertions":[
          {"assertion":"ok","success":true}]}}}
        """;
    String made = dataset("r.b", columns("y<r.a.x"));
    take(event("COMPLETE", "2026-04-30T01:00:00Z", "1", "one", datasets("r.a"), made));
    take(
        event(
            "COMPLETE",
            "2026-04-30T01:00:00Z",
            "2",
            "two",
            datasets("r.renamed"),
            datasets("r.c")));
    take(event("COMPLETE", "2026-04-30T01:00:00Z", "3", "check", check, ""));
    lineage.renamed(B, renamed);

    assertThat(below(A)).containsExactly("lake.r.renamed", "lake.r.c");
    assertThat(lineage.around(renamed, "y", Direction.UP, 1, each -> true).edges()).hasSize(1);
    assertThat(lineage.quality(renamed).latest()).hasSize(1);
    assertThat(lineage.quality(B).latest()).isEmpty();
    assertThat(below(B)).isEmpty();
  }

  @Test
  void aFacetThatIsTooLargeIsLeftOutOfTheEventThatIsKept() {
    String event =
        event("COMPLETE", "2026-04-30T01:00:00Z", "x", "job", "", "")
            .replace(
                "\"run\":{",
                "\"run\":{\"facets\":{\"plan\":{\"text\":\""
                    + "p".repeat(99)
                    + "\"},\"small\":{}},");
    take(event);
    assertThat(lineage.run(Events.run("x"), each -> true).orElseThrow().events().get(0))
        .contains("\"_leftOutBytes\":110", "small")
        .doesNotContain("ppp");
  }
}
