package dev.sluice.lake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.cli.CommandFailure;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LineageCommandTest {
  private final String now = Instant.now().toString();
  private TypedCommand line;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    line = new TypedCommand(directory, CatalogCommand::new);
    report("ingest", "", "raw.events", "");
    report("sessions", "raw.events", "gold.sessions", "user_id");
    report("top", "gold.sessions", "gold.top", "");
    report("back", "gold.top", "raw.events", "");
  }

  @AfterAll
  void stop() throws Exception {
    line.stop();
  }

  private void report(String job, String from, String to, String column) {
    String input = "{\"namespace\":\"lake\",\"name\":\"%s\"}".formatted(from);
    String columns =
        """
        "columnLineage":{"fields":{"user":{"inputFields":[
          {"namespace":"lake","name":"%s","field":"%s",
           "transformations":[{"type":"DIRECT","subtype":"IDENTITY"}]}]}}}
        """
            .formatted(from, column);
    String event =
        """
        {"eventType":"COMPLETE","eventTime":"%s","producer":"p","schemaURL":"s",
         "run":{"runId":"%s"},"job":{"namespace":"etl","name":"%s"},"inputs":[%s],
         "outputs":[{"namespace":"lake","name":"%s","facets":{%s}}]}
        """
            .formatted(
                now,
                UUID.nameUUIDFromBytes(job.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                job,
                from.isEmpty() ? "" : input,
                to,
                column.isEmpty() ? "" : columns);
    assertThat(line.rig().post("/api/v1/lineage", event).statusCode()).isEqualTo(201);
  }

  @Test
  void aTreeShowsWhatIsAboveAndWhatIsBelowAndEndsInACircle() {
    String[] lines = run(0, "gold.sessions").lines().toArray(String[]::new);
    assertThat(lines[0]).isEqualTo("lake.gold.sessions");
    assertThat(lines[1]).isEqualTo("  made of");
    assertThat(lines[2]).startsWith("    lake.raw.events   by etl sessions (COMPLETE 20");
    assertThat(lines[3]).startsWith("      lake.gold.top   by etl back");
    assertThat(lines[4]).startsWith("        lake.gold.sessions   by etl top").endsWith(" …");
    assertThat(lines).contains("  used for");
  }

  @Test
  void aColumnIsNamedAfterItsTable() {
    assertThat(run(0, "lake.gold.sessions.user", "--direction", "up"))
        .contains("lake.gold.sessions.user", "  made of")
        .contains("    lake.raw.events.user_id   by etl sessions", "[IDENTITY]")
        .doesNotContain("used for");
    assertThat(run(0, "gold.sessions", "--depth", "1", "--format", "json"))
        .startsWith("{\"root\":{\"id\":\"lake.gold.sessions\"");
  }

  @Test
  void whatIsNotKnownIsSaidInOneLine() {
    assertThat(run(CommandFailure.FAILED, "gold.none"))
        .isEqualTo("lake.gold.none does not exist, and no event names it" + System.lineSeparator());
    assertThat(run(CommandFailure.FAILED, "gold.none.x")).contains("lake.gold.none.x does not");
    assertThat(run(CommandFailure.FAILED, "none")).contains("is no table's name");
    assertThat(run(2, "gold.sessions", "--depth", "0")).contains("--depth is between 1 and 20");
  }

  private String run(int expected, String... words) {
    return line.run(
        expected, Stream.concat(Stream.of("lineage"), Arrays.stream(words)).toArray(String[]::new));
  }
}
