package dev.sluice.transform.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.transform.job.TableName;
import dev.sluice.transform.plan.Attempt;
import dev.sluice.transform.plan.TableVersion;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeclaredLineageTest {
  private static final Instant NIGHT = Instant.parse("2026-11-20T03:30:00Z");

  @Test
  void anAttemptIsOneRunOfItsJobHoweverOftenItIsTold() {
    JsonNode event = DeclaredLineage.event(attempt(Attempt.Status.OK));

    assertThat(event.path("eventType").asText()).isEqualTo("COMPLETE");
    assertThat(event.path("inputs"))
        .hasToString("[{\"namespace\":\"lake\",\"name\":\"raw.app_events\"}]");
    assertThat(event.at("/outputs/0/name").asText()).isEqualTo("gold.sessions");
    assertThat(event.at("/outputs/0/outputFacets/outputStatistics/rowCount").asLong())
        .isEqualTo(42);
    assertThat(event.at("/job/name").asText()).isEqualTo("nightly.sessions");
    assertThat(event).isEqualTo(DeclaredLineage.event(attempt(Attempt.Status.OK)));
  }

  @Test
  void oneThatFailedSaysSoAndCountsNoRows() {
    JsonNode event = DeclaredLineage.event(attempt(Attempt.Status.FAILED));

    assertThat(event.path("eventType").asText()).isEqualTo("FAIL");
    assertThat(event.at("/outputs/0").has("outputFacets")).isFalse();
  }

  @Test
  void aPlaceThatDoesNotAnswerIsNamedAndFailsNothing() {
    URI nowhere = URI.create("http://127.0.0.1:1/api/v1/lineage");

    assertThat(
            DeclaredLineage.to(nowhere, Optional.of("key"))
                .tell(List.of(attempt(Attempt.Status.OK))))
        .hasValueSatisfying(why -> assertThat(why).startsWith(nowhere + " does not answer"));
    assertThat(
            DeclaredLineage.to(nowhere, Optional.of("key\nof two lines"))
                .tell(List.of(attempt(Attempt.Status.OK))))
        .hasValueSatisfying(
            why -> assertThat(why).startsWith(nowhere + " cannot be told").doesNotContain("key"));
    assertThat(DeclaredLineage.untold().tell(List.of(attempt(Attempt.Status.OK)))).isEmpty();
  }

  private static Attempt attempt(Attempt.Status status) {
    return new Attempt(
        "20261120T033000-7",
        new TableName("gold", "sessions"),
        LocalDate.of(2026, 11, 19),
        status,
        List.of(
            new Attempt.Input(
                new TableName("raw", "app_events"), new TableVersion("u", 7, NIGHT), "")),
        "c0de",
        42,
        "",
        NIGHT,
        NIGHT.plusSeconds(9),
        "");
  }
}
