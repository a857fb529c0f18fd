package dev.sluice.transform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.transform.report.RunRecord;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunsTableTest {
  private static final String LEDGER =
      """
      [{"run":"there","table":"lake.gold.sessions","day":"2026-11-19","status":"ok","rows":5,
        "seconds":1.5,"started":"2026-11-20T03:00:00Z","why":"never made"},
       {"run":"there","table":"lake.gold.orders","day":"2026-11-20","status":"failed","rows":0,
        "seconds":1.0,"started":"2026-11-20T03:00:02Z","why":"a check fails"},
       {"run":"here","table":"lake.gold.sessions","day":"2026-11-19","status":"ok","rows":7,
        "seconds":2.0,"started":"2026-11-21T03:00:00Z","why":"asked for"}]
      """;

  @Test
  void runsOfTheLedgerAndOfThisDirectoryAreToldOnceTheNewestFirst() throws Exception {
    List<String> lines = lines(out -> table().runs(out, 3));

    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).matches("early +2026-11-22 +failed +0 +3.0  Spark did not start");
    assertThat(lines.get(2)).matches("here +2026-11-19 +ok +7 +9.0  ");
    assertThat(lines.get(3))
        .matches("there +2026-11-19 to 2026-11-20 +failed +5 +2.5  a check fails");
    assertThat(lines(out -> table().runs(out, 1))).hasSize(2);
  }

  @Test
  void whatWasDoneToATableOrADayIsToldByTheLedger() throws Exception {
    assertThat(lines(out -> table().attempts(out, "sessions", "", 9)))
        .satisfiesExactly(
            head -> assertThat(head).startsWith("run"),
            line -> assertThat(line).startsWith("here ").endsWith("asked for"),
            line -> assertThat(line).startsWith("there ").endsWith("never made"));
    assertThat(lines(out -> table().attempts(out, "", "2026-11-20", 9))).hasSize(2);
    assertThat(lines(out -> table().attempts(out, "lake.gold.sessions", "2026-11-20", 9)))
        .hasSize(1);
  }

  @Test
  void sizesAreToldInThreeDigits() {
    assertThat(PlanTable.size(999)).isEqualTo("999 B");
    assertThat(PlanTable.size(1_000)).isEqualTo("1.0 kB");
    assertThat(PlanTable.size(123_456_789)).isEqualTo("123 MB");
  }

  private static RunsTable table() throws Exception {
    JsonNode ledger = new ObjectMapper().readTree(LEDGER);
    RunRecord here =
        RunRecord.begun(
                "here", "2026-11-19", List.of(), Instant.parse("2026-11-21T03:00:00Z"), "log")
            .ended(RunRecord.Status.OK, 9, List.of(), "");
    RunRecord early =
        RunRecord.begun(
                "early", "2026-11-22", List.of(), Instant.parse("2026-11-22T03:00:00Z"), "log")
            .ended(RunRecord.Status.FAILED, 3, List.of(), "Spark did not start");
    return new RunsTable(ledger, List.of(early, here));
  }

  private interface Shown {
    void on(PrintWriter out) throws Exception;
  }

  private static List<String> lines(Shown shown) throws Exception {
    StringWriter text = new StringWriter();
    shown.on(new PrintWriter(text));
    return text.toString().lines().toList();
  }
}
