package dev.sluice.transform.cli;

import dev.sluice.daemon.cli.CommandFailure;
import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.transform.report.Progress;
import dev.sluice.transform.report.RunBook;
import dev.sluice.transform.report.RunRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** One night, from the command to the line in the book. */
final class NightlyRun {
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private final SparkInstallation spark;
  private final Path directory;
  private final PrintWriter out;

  private final List<Progress.Written> written = new ArrayList<>();
  private String why = "";

  /**
   * @param directory where logs and the book of runs lie
   */
  NightlyRun(InstantSource clock, SparkInstallation spark, Path directory, PrintWriter out) {
    this.clock = clock;
    this.spark = spark;
    this.directory = directory;
    this.out = out;
  }

  /** Runs it; a run that fails is in the book before it fails here, in one line. */
  void run(Submission asked, String days, Endpoints pipeline, Duration patience)
      throws IOException, InterruptedException {
    Instant started = clock.instant();
    String id = ID.format(started) + "-" + ProcessHandle.current().pid();
    Path scratch = Files.createDirectories(directory.resolve("scratch")).toAbsolutePath();
    Path log = directory.resolve("nightly-" + days.replace(' ', '-') + "-" + id + ".log");
    PrivateFiles.fresh(log);
    RunBook book = new RunBook(directory);
    RunRecord begun = RunRecord.begun(id, days, asked.words(), started, log.toString());
    Submission submission = asked.called(id);
    book.add(begun);
    Path properties = scratch.resolve(id + ".properties");
    int exit;
    try {
      PrivateFiles.write(properties, submission.properties(pipeline, scratch));
      Path java = Path.of(System.getProperty("java.home"), "bin", "java");
      exit =
          new SparkProcess(
                  submission.command(java, spark, properties, scratch),
                  submission.environment(spark),
                  log,
                  patience)
              .run(this::note);
    } finally {
      Files.deleteIfExists(properties);
    }
    double seconds = Duration.between(started, clock.instant()).toMillis() / 1000.0;
    if (exit == 0) {
      if (written.isEmpty()) {
        out.println("nothing is stale");
        out.flush();
      }
      book.add(begun.ended(RunRecord.Status.OK, seconds, written, ""));
      return;
    }
    String reason = why.isEmpty() ? silence(exit, seconds, patience) : why;
    book.add(begun.ended(RunRecord.Status.FAILED, seconds, written, reason));
    throw CommandFailure.failed(reason + " (log: " + log + ")");
  }

  private void note(Progress progress) {
    if (progress instanceof Progress.Started started) {
      out.printf("%-24s %.1f s%n", "spark started", started.seconds());
    } else if (progress instanceof Progress.Written table) {
      written.add(table);
      out.printf(
          "%-24s %s %,12d rows %8.1f s%n",
          table.table(), table.day(), table.rows(), table.seconds());
    } else if (progress instanceof Progress.Skipped skipped) {
      out.printf("%-24s left out: %s%n", skipped.table(), skipped.why());
    } else if (progress instanceof Progress.Checked checked) {
      checked.warned().forEach(says -> checkLine(checked, "warns", says));
      checked.failed().forEach(says -> checkLine(checked, "fails", says));
    } else if (progress instanceof Progress.Released released
        && !released.how().equals("together")) {
      out.printf("%d tables became visible %s%n", released.tables(), released.how());
    } else if (progress instanceof Progress.Failed failed) {
      why = failed.why();
    }
    out.flush();
  }

  private void checkLine(Progress.Checked checked, String does, String says) {
    out.printf("%-24s %s %s: %s%n", checked.table(), checked.day(), does, says);
  }

  private static String silence(int exit, double seconds, Duration patience) {
    return seconds >= patience.toSeconds()
        ? "the run was ended after " + patience.toMinutes() + " minutes; see --patience"
        : "Spark ended with exit code " + exit + " and did not say why";
  }
}
