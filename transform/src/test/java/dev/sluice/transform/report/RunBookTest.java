package dev.sluice.transform.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunBookTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);
  private static final Instant NOW = Instant.parse("2026-11-21T02:00:00Z");

  @TempDir private Path directory;

  @Test
  void theLastLineOfARunCountsAndTheNewestRunComesFirst() throws Exception {
    RunBook book = new RunBook(directory);
    RunRecord first = begun("first");
    RunRecord second = begun("second");
    RunRecord done =
        first.ended(
            RunRecord.Status.OK,
            12.5,
            List.of(new Progress.Written("lake.gold.sessions", DAY, 17, 3.25)),
            "");
    book.add(first);
    book.add(second);
    book.add(done);

    assertThat(book.newest(5)).containsExactly(second, done);
    assertThat(book.newest(1)).containsExactly(second);
    assertThat(done.rows()).isEqualTo(17);
  }

  @Test
  void aLineCutShortByACrashIsNoRun() throws Exception {
    RunBook book = new RunBook(directory);
    RunRecord run = begun("whole");
    book.add(run);
    Files.writeString(directory.resolve("runs.jsonl"), "{\"run\":\"cu", StandardOpenOption.APPEND);

    RunRecord next = begun("next");
    book.add(next);

    assertThat(book.newest(5)).containsExactly(next, run);
  }

  @Test
  void aBookThatWasNeverWrittenIsEmpty() throws Exception {
    assertThat(new RunBook(directory).newest(5)).isEmpty();
  }

  @Test
  void progressSurvivesItsLineAndOtherOutputIsNoProgress() {
    for (Progress progress :
        List.of(
            new Progress.Started(3.5),
            new Progress.Written("lake.gold.sessions", DAY, 17, 3.25),
            new Progress.Failed("no \"such\" table"))) {
      assertThat(Progress.parse(progress.line())).isEqualTo(Optional.of(progress));
    }
    assertThat(Progress.parse("WARN something")).isEmpty();
    assertThat(Progress.parse("{\"etl\":\"written\",\"day\":\"no day\"}")).isEmpty();
    assertThat(Progress.parse("{not json")).isEmpty();
  }

  @Test
  void aLineFromBeforeRunsHadSeveralDaysIsStillARun() throws Exception {
    Files.writeString(
        directory.resolve("runs.jsonl"),
        """
        {"run":"old","day":"2026-11-20","started":"2026-11-21T02:00:00Z","status":"ok",\
        "seconds":3.0,"why":"","log":"l","tables":[{"table":"t","rows":5,"seconds":1.0}]}
        """);

    assertThat(new RunBook(directory).newest(1))
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.asked()).isEqualTo("2026-11-20");
              assertThat(run.written()).containsExactly(new Progress.Written("t", DAY, 5, 1.0));
            });
  }

  private static RunRecord begun(String name) {
    return RunRecord.begun(
        name, DAY.toString(), List.of("--date", DAY.toString()), NOW, name + ".log");
  }
}
