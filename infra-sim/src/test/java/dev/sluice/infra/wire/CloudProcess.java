package dev.sluice.infra.wire;

import dev.sluice.daemon.Settings;
import dev.sluice.infra.clock.WallTime;
import dev.sluice.infra.compute.ComputeSettings;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** A cloud port in a process of its own, to be killed. Prints its address when it listens. */
final class CloudProcess {
  private CloudProcess() {}

  public static void main(String[] arguments) throws Exception {
    ComputeSettings settings =
        Settings.read(
            ComputeSettings.class,
            Optional.empty(),
            Map.of(
                "SLUICE_MAX_INSTANCES", "500",
                "SLUICE_BOOT_SHORTEST", "1ms",
                "SLUICE_BOOT_LONGEST", "20ms",
                "SLUICE_TERMINATE_TIME", "5ms",
                "SLUICE_JOURNAL_LIMIT", "64KiB"));
    WallTime time = new WallTime(InstantSource.system(), 100_000);
    time.start();
    RunningCloud cloud =
        new RunningCloud(settings, Path.of(arguments[0]), time, Long.parseLong(arguments[1]));
    System.out.println("LISTENS " + cloud.address());
    // Ends with its parent, which never closes this stream while it wants the cloud.
    System.in.transferTo(OutputStream.nullOutputStream());
    cloud.close();
    time.stop();
  }
}
