package dev.sluice.transform.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The runs of a data directory: a file that only grows, one line of JSON when a run starts and one
 * when it ends. Of a run's lines the last counts.
 */
public final class RunBook {
  private static final String FILE = "runs.jsonl";

  private final Path file;

  public RunBook(Path directory) {
    this.file = directory.resolve(FILE);
  }

  /**
   * Adds a line, in one write, so that runs at the same time do not mix. It begins with the end of
   * the line before, for that one may have been cut short by a crash.
   */
  public void add(RunRecord run) throws IOException {
    Files.write(
        file,
        ("\n" + run.line() + "\n").getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** At most {@code limit} runs, the newest first. */
  public List<RunRecord> newest(int limit) throws IOException {
    Map<String, RunRecord> runs = new LinkedHashMap<>();
    try (var lines = Files.lines(file)) {
      lines.forEach(line -> RunRecord.parse(line).ifPresent(run -> runs.put(run.id(), run)));
    } catch (NoSuchFileException noRunYet) {
      return List.of();
    }
    List<RunRecord> newest = new ArrayList<>(runs.values());
    Collections.reverse(newest);
    return List.copyOf(newest.subList(0, Math.min(limit, newest.size())));
  }
}
