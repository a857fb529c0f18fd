package dev.sluice.transform.care;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transform.job.JobFailure;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyTest {
  @Test
  void aTableDecidesOverWhatARunBrings() {
    Policy said =
        Policy.standard()
            .with(
                Map.of(
                    "sluice.care.mode", "off",
                    "sluice.care.target-size", "64MiB",
                    "sluice.care.closed-days", "3",
                    "sluice.care.keep-days", "30",
                    "sluice.care.keep-snapshots", "5",
                    "sluice.care.orphan-days", "4",
                    "sluice.care.quarantine-days", "0",
                    "sluice.care.same-stores", "old=new, older=new",
                    "write.target-file-size-bytes", "1000",
                    "sluice.log.abc.0", "next=1"));

    assertThat(said)
        .isEqualTo(
            new Policy(
                Policy.Mode.OFF,
                64 << 20,
                Duration.ofDays(3),
                Duration.ofDays(30),
                5,
                Duration.ofDays(4),
                Duration.ZERO,
                Map.of("old", "new", "older", "new")));
    assertThat(Policy.standard().with(Map.of())).isEqualTo(Policy.standard());
    assertThat(Policy.standard().with(Map.of("write.target-file-size-bytes", "1000")).targetBytes())
        .isEqualTo(1000);
  }

  @Test
  void whatIsNotUnderstoodIsRefusedByNameAndSaysWhatItTakes() {
    Map.of(
            "mode", "maybe",
            "target-size", "many",
            "closed-days", "-1",
            "keep-snapshots", "0",
            "orphan-days", "0",
            "same-stores", "bucket")
        .forEach(
            (key, value) ->
                assertThatThrownBy(
                        () -> Policy.standard().with(Map.of("sluice.care." + key, value)))
                    .isInstanceOf(JobFailure.class)
                    .hasMessageStartingWith(
                        "property sluice.care." + key + " is '" + value + "'; it takes "));
  }
}
