package dev.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transform.care.CareSettings;
import dev.sluice.transform.job.JobFailure;
import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Cared.Action;
import dev.sluice.transform.report.Cared.Ending;
import java.util.List;
import org.junit.jupiter.api.Test;

class CareTest {
  @Test
  void wordsSayWhatIsDoneAndOrphansAreOnlyToldUnlessAsked() {
    CareSettings all = Care.settings(List.of());
    assertThat(all.actions()).containsExactlyInAnyOrder(Action.values());
    assertThat(all.orphans()).isEqualTo(CareSettings.Orphans.REPORT);
    assertThat(all.effect()).isEqualTo(CareSettings.Effect.CHANGE);

    CareSettings some =
        Care.settings(
            List.of("raw.app_events", "--only", "expire,orphans", "--delete", "--dry-run"));
    assertThat(some.tables()).containsExactly("raw.app_events");
    assertThat(some.actions()).containsExactlyInAnyOrder(Action.EXPIRE, Action.ORPHANS);
    assertThat(some.orphans()).isEqualTo(CareSettings.Orphans.DELETE);
    assertThat(some.effect()).isEqualTo(CareSettings.Effect.TELL);
  }

  @Test
  void whatIsNotUnderstoodIsRefusedInOneLine() {
    for (List<String> words :
        List.of(List.of("--dryrun"), List.of("--only", "vacuum"), List.of("app_events"))) {
      assertThatThrownBy(() -> Care.settings(words))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining(words.get(words.size() - 1))
          .hasMessageContaining("usage: Care")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void aLineSaysAllThatAReportHas() {
    Cared cared =
        new Cared("lake.raw.a", Action.COMPACT, Ending.GAVE_WAY, 9, 1, 77, 0.5, 0.25, 3, "why");

    assertThat(Cared.parse(cared.line())).contains(cared);
    assertThat(Cared.parse("{\"etl\":\"started\"}")).isEmpty();
    assertThat(Cared.parse("{\"care\":\"polish\"}")).isEmpty();
  }
}
