package dev.sluice.ingest.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM's log of collections tells: whether it had memory enough, and how much was allocated,
 * which is what the heap has grown between one collection and the next.
 */
record GcLog(long allocatedBytes, double pausedSeconds, int fullCollections, long liveMebibytes) {
  private static final Pattern PAUSE =
      Pattern.compile("Pause (\\w+).* (\\d+)M->(\\d+)M\\(\\d+M\\) ([\\d.]+)ms");

  static GcLog read(Path file) throws IOException {
    long allocated = 0;
    long after = 0;
    long live = 0;
    double millis = 0;
    int full = 0;
    for (String line : Files.readAllLines(file)) {
      Matcher pause = PAUSE.matcher(line);
      if (!pause.find()) {
        continue;
      }
      long before = Long.parseLong(pause.group(2));
      allocated += Math.max(0, before - after);
      after = Long.parseLong(pause.group(3));
      live = Math.max(live, after);
      millis += Double.parseDouble(pause.group(4));
      full += pause.group(1).equals("Full") ? 1 : 0;
    }
    return new GcLog(allocated << 20, millis / 1000, full, live);
  }
}
