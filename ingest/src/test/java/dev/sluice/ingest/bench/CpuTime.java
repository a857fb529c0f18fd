package dev.sluice.ingest.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a process has had of the processors, by the kernel's account. */
final class CpuTime {
  /** The unit in which the kernel tells it to user space, whatever its own clock. */
  private static final double TICKS_A_SECOND = 100;

  private static final int USER = 11;
  private static final int SYSTEM = 12;

  private CpuTime() {}

  /** Seconds since the process started, on all processors together. */
  static double seconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    // The name may hold anything, so the fields are counted from behind it.
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    return (Long.parseLong(fields.get(USER)) + Long.parseLong(fields.get(SYSTEM))) / TICKS_A_SECOND;
  }
}
