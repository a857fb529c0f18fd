package dev.sluice.ingest.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How busy others keep the machine while something is measured: without that a figure from a shared
 * machine says little.
 */
final class MachineLoad {
  private static final double TICKS_A_SECOND = 100;

  /** Of the kernel's line, the label first: idle, and waiting for a disk, which is idle too. */
  private static final List<Integer> IDLE = List.of(4, 5);

  /** Behind steal, what guests had is counted again. */
  private static final int COUNTED = 9;

  private final List<Long> standing;
  private final double busyBefore;
  private final double ownBefore;
  private final long begin;

  private MachineLoad(List<Long> standing) throws IOException {
    this.standing = standing;
    this.busyBefore = busySeconds();
    this.ownBefore = ownSeconds();
    this.begin = System.nanoTime();
  }

  /** Begins to look; these processes and this one are ours and run already. */
  static MachineLoad begin(List<Long> standing) throws IOException {
    return new MachineLoad(List.copyOf(standing));
  }

  /** The share that others had of all processors, where processes begun since have had so much. */
  double others(double startedSeconds) throws IOException {
    double others = busySeconds() - busyBefore - (ownSeconds() - ownBefore) - startedSeconds;
    double seconds = (System.nanoTime() - begin) / 1e9;
    return Math.max(0, others / seconds / Runtime.getRuntime().availableProcessors());
  }

  private double ownSeconds() throws IOException {
    double seconds = CpuTime.seconds(ProcessHandle.current().pid());
    for (long pid : standing) {
      seconds += CpuTime.seconds(pid);
    }
    return seconds;
  }

  private static double busySeconds() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      List<String> fields = List.of(lines.findFirst().orElseThrow().split(" +", -1));
      double ticks = 0;
      for (int i = 1; i < COUNTED; i++) {
        ticks += IDLE.contains(i) ? 0 : Long.parseLong(fields.get(i));
      }
      return ticks / TICKS_A_SECOND;
    }
  }
}
