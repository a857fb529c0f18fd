package dev.sluice.lake.lineage;

import static dev.sluice.lake.lineage.Events.columns;
import static dev.sluice.lake.lineage.Events.dataset;
import static dev.sluice.lake.lineage.Events.datasets;
import static dev.sluice.lake.lineage.Events.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Settings;
import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.DatabaseSettings;
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

/** What is shown of jobs and runs to one who may read namespace {@code open} and nothing else. */
class ShownTest {
  private final EventReader reader =
      new EventReader(
          new DatasetNames("s3://lake/warehouse", () -> 1, List.of()),
          new EventLimits(100, 100, 10_000));
  private Instant now = Instant.parse("2026-05-01T00:00:00Z");
  private Database database;
  private Lineage lineage;

  @BeforeEach
  void open(@TempDir Path directory) {
    LineageSettings settings =
        Settings.read(LineageSettings.class, Optional.empty(), Map.of("SLUICE_EVENTS", "2"));
    database = new Database(DatabaseSettings.file(directory.resolve("book.db"), 1));
    lineage = Lineage.open(database, settings, () -> now);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void take(String time, String run, String job, String inputs, String outputs) {
    String event = event("COMPLETE", time, run, job, inputs, outputs);
    assertThat(
            lineage.take(
                reader.read(EventReader.json(event.getBytes(StandardCharsets.UTF_8))), "me"))
        .isTrue();
  }

  private static boolean some(Dataset dataset) {
    return dataset.namespace().equals("open");
  }

  private static boolean all(Dataset dataset) {
    return !dataset.namespace().equals("nowhere");
  }

  private boolean showsRun(String run) {
    assertThat(lineage.run(Events.run(run), ShownTest::all)).isPresent();
    return lineage.run(Events.run(run), ShownTest::some).isPresent();
  }

  private boolean showsJob(String job) {
    assertThat(lineage.job("nightly", job, 9, ShownTest::all)).isPresent();
    return lineage.job("nightly", job, 9, ShownTest::some).isPresent();
  }

  private List<String> jobs(long after, int most, Lineage.Viewer viewer) {
    return lineage.jobs(after, most, viewer).stream().map(page -> page.job().name()).toList();
  }

  private long named() {
    return database.read(
        connection -> {
          try (var query =
                  connection.prepareStatement("SELECT count(*) FROM sluice_lineage_named");
              var row = query.executeQuery()) {
            return row.getLong(1);
          }
        });
  }

  @Test
  void aTableThatIsNamedAsTheSourceOfAColumnAloneHidesJobAndRun() {
    String made = dataset("open.made", columns("x<secret.cards.number"));
    take("2026-04-30T01:00:00Z", "told", "job", datasets("open.a"), made);
    assertThat(showsRun("told")).isFalse();
    assertThat(showsJob("job")).isFalse();
    assertThat(jobs(0, 9, ShownTest::some)).isEmpty();

    String after = dataset("open.made", columns("x<open.a.number"));
    take("2026-04-30T02:00:00Z", "later", "job", datasets("open.a"), after);
    assertThat(showsRun("told")).as("its body still says so").isFalse();
    assertThat(showsRun("later")).isTrue();
    assertThat(showsJob("job")).isTrue();
  }

  @Test
  void aBodyIsHiddenForAsLongAsItIsKeptThoughTheEdgesItToldOfAreForgotten() {
    take("2026-02-01T12:00:00Z", "long", "job", datasets("secret.a"), datasets("open.b"));
    now = now.plus(Duration.ofDays(2));
    take("2026-05-02T00:00:00Z", "long", "job", datasets("open.a"), datasets("open.b"));
    for (int at = 0; at < 257; at++) {
      String time = "2026-05-02T01:%02d:%02dZ".formatted(at / 60, at % 60);
      take(time, "other", "other", "", datasets("open.b"));
    }
    assertThat(lineage.job("nightly", "job", 9, ShownTest::all).orElseThrow().uses())
        .as("the edge is forgotten")
        .hasSize(2);
    assertThat(showsRun("long")).isFalse();
    assertThat(showsRun("other")).isTrue();
    lineage.renamed(Dataset.table("secret", "a"), Dataset.table("open", "moved"));
    assertThat(showsRun("long")).as("by its present name").isTrue();
  }

  @Test
  void whatBodiesNameGoesWithThem() {
    for (int minute = 0; minute < 9; minute++) {
      String time = "2026-04-30T01:0%d:00Z".formatted(minute);
      take(time, "run", "job", datasets("open.a"), datasets("open.b"));
    }
    assertThat(named()).as("two events of two datasets each").isEqualTo(4);
    now = now.plus(Duration.ofDays(200));
    for (int at = 0; at < 257; at++) {
      String time = "2026-11-01T01:%02d:%02dZ".formatted(at / 60, at % 60);
      take(time, "new", "new", "", "");
    }
    assertThat(named()).as("two events that name nothing").isEqualTo(2);
    assertThat(showsRun("new")).as("of a job that touches nothing known").isFalse();
  }

  @Test
  void pagesOfJobsAreFullThoughOthersBetweenThemAreHidden() {
    for (int at = 0; at < 9; at++) {
      String input = (at % 3 == 0 ? "open" : "secret") + ".t" + at;
      String time = "2026-04-30T0%d:00:00Z".formatted(at);
      take(time, "run" + at, "job" + at, datasets(input), datasets("open.made"));
    }
    assertThat(jobs(0, 2, ShownTest::some)).containsExactly("job6", "job3");
    assertThat(jobs(2, 2, ShownTest::some)).containsExactly("job0");
    assertThat(jobs(0, 2, ShownTest::all)).containsExactly("job8", "job7");
    assertThat(jobs(7, 9, ShownTest::all)).containsExactly("job1", "job0");
  }

  @Test
  void impactNamesNoJobThatWritesOnlyWhatIsHidden() {
    String from = datasets("open.a");
    take("2026-04-30T01:00:00Z", "1", "seen", from, dataset("open.b", columns("x<open.a.x")));
    take("2026-04-30T01:00:00Z", "2", "unseen", from, dataset("secret.c", columns("x<open.a.x")));
    take("2026-04-30T01:00:00Z", "3", "silent", from, datasets("secret.d"));
    Dataset root = Dataset.table("open", "a");
    for (String column : List.of("", "x")) {
      Impact some = lineage.impact(root, column, ShownTest::some);
      assertThat(some.readers()).extracting(Lines.JobLine::name).containsExactly("seen");
      assertThat(some.suspects()).isEmpty();
      assertThat(some.datasets())
          .filteredOn(point -> !point.hidden())
          .extracting(point -> point.dataset().name())
          .containsExactly("b");
      assertThat(some.columns()).filteredOn(point -> !point.hidden()).hasSizeLessThan(2);
    }
    assertThat(lineage.impact(root, "x", ShownTest::all).suspects())
        .extracting(Lines.JobLine::name)
        .containsExactly("silent");
    assertThat(lineage.impact(root, "", ShownTest::all).readers()).hasSize(3);
  }
}
