package dev.sluice.transform.schedule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the schedules stand, in a file as the node exporter of Prometheus collects them. Replaced
 * whole, and only when it would differ.
 */
final class ScheduleMetrics {
  private static final String PREFIX = "sluice_etl_schedule_";

  private final Path file;
  private long unsentAlerts;
  private long troubles;
  private Board board = new Board(Lease.NONE, Map.of());
  private String written = "";

  ScheduleMetrics(Path file) {
    this.file = file;
  }

  synchronized void seen(Board now) throws IOException {
    board = now;
    write();
  }

  synchronized void troubled() throws IOException {
    troubles++;
    write();
  }

  synchronized void alertUnsent() throws IOException {
    unsentAlerts++;
    write();
  }

  private void write() throws IOException {
    String text = text();
    if (text.equals(written)) {
      return;
    }
    // Two runners may share a directory.
    String writer = ProcessHandle.current().pid() + "-" + Thread.currentThread().getId();
    Path draft = file.resolveSibling(file.getFileName() + "." + writer + ".draft");
    Files.writeString(draft, text);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    written = text;
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    Map<String, Standing> sorted = new TreeMap<>(board.standings());
    family(text, "last_success_timestamp_seconds", "gauge", "when it last succeeded, 0 if never");
    sorted.forEach(
        (n, s) -> sample(text, "last_success_timestamp_seconds", n, at(s.past().success())));
    family(
        text, "last_failure_timestamp_seconds", "gauge", "when it was last given up, 0 if never");
    sorted.forEach(
        (n, s) -> sample(text, "last_failure_timestamp_seconds", n, at(s.past().failure())));
    family(text, "failed_attempts", "gauge", "attempts that failed since it last succeeded");
    sorted.forEach((n, s) -> sample(text, "failed_attempts", n, s.past().failures()));
    family(text, "skipped_total", "counter", "times that were left out");
    sorted.forEach((n, s) -> sample(text, "skipped_total", n, s.past().skipped()));
    family(text, "running", "gauge", "1 while an attempt runs");
    sorted.forEach((n, s) -> sample(text, "running", n, running(s) ? 1 : 0));
    family(text, "paused", "gauge", "1 while it is paused");
    sorted.forEach((n, s) -> sample(text, "paused", n, s.paused() ? 1 : 0));
    family(text, "fence", "counter", "how often a runner was elected");
    text.append(PREFIX).append("fence ").append(board.lease().number()).append('\n');
    family(text, "alerts_unsent_total", "counter", "alerts of this runner that nobody took");
    text.append(PREFIX).append("alerts_unsent_total ").append(unsentAlerts).append('\n');
    family(text, "troubles_total", "counter", "times the shared table was out of reach");
    text.append(PREFIX).append("troubles_total ").append(troubles).append('\n');
    return text.toString();
  }

  private static boolean running(Standing standing) {
    return standing.turn().filter(turn -> turn.state() instanceof Turn.Running).isPresent();
  }

  private static long at(Optional<Instant> time) {
    return time.map(Instant::getEpochSecond).orElse(0L);
  }

  private static void family(StringBuilder text, String name, String type, String help) {
    text.append("# HELP ").append(PREFIX).append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(PREFIX).append(name).append(' ').append(type).append('\n');
  }

  private static void sample(StringBuilder text, String name, String schedule, long value) {
    text.append(PREFIX)
        .append(name)
        .append("{schedule=\"")
        .append(schedule)
        .append("\"} ")
        .append(value)
        .append('\n');
  }
}
