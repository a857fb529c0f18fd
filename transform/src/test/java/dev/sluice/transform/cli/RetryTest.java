package dev.sluice.transform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.report.RunRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryTest {
  private static final RunRecord BEGUN =
      RunRecord.begun(
          "run-1",
          "2026-11-19 to 2026-11-20",
          List.of("--from", "2026-11-19", "--to", "2026-11-20", "--project", "/ours"),
          Instant.EPOCH,
          "log");

  @Test
  void aRunThatNeverEndedIsAskedForAllOnceMoreWithTheWordsOfThisCallLast() {
    Retry retry = new Retry("run-1", Optional.of(BEGUN));

    assertThat(retry.killed()).isTrue();
    assertThat(retry.asBooked(List.of("--project", "/theirs")))
        .containsExactly(
            "--from",
            "2026-11-19",
            "--to",
            "2026-11-20",
            "--project",
            "/ours",
            "--project",
            "/theirs");
  }

  @Test
  void aRunThatFailedIsTriedAgainWithTheProjectItHad() {
    RunRecord failed = BEGUN.ended(RunRecord.Status.FAILED, 1, List.of(), "it broke");
    Retry retry = new Retry("run-1", Optional.of(failed));

    assertThat(retry.killed()).isFalse();
    assertThat(retry.ofUnmade(List.of("--jobs", "sessions")))
        .containsExactly("--retry", "run-1", "--project", "/ours", "--jobs", "sessions");
    assertThat(new Retry("run-2", Optional.empty()).ofUnmade(List.of()))
        .containsExactly("--retry", "run-2");
  }
}
