package dev.sluice.infra.local;

import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Lifecycle;
import dev.sluice.monitoring.Monitor;
import dev.sluice.monitoring.MonitorServer;
import dev.sluice.monitoring.MonitorSettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ./sluice monitor}: the monitor as a daemon alone. */
@Command(
    name = "monitor",
    mixinStandardHelpOptions = true,
    description = "The monitor alone, for a deployment on several machines.")
final class MonitorCommand implements Callable<Integer> {
  @Mixin private ConfigOption config = new ConfigOption();

  @Override
  public Integer call() throws Exception {
    MonitorSettings settings = config.read(MonitorSettings.class);
    Machine machine = new Machine();
    Monitor monitor = new Monitor(settings, machine.vertx(), machine.clock());
    MonitorServer server =
        new MonitorServer(
            machine.vertx(),
            settings,
            monitor,
            new DaemonPages(machine.health(), machine.telemetry()));
    UntilTold.serve(
        new Lifecycle().add(machine).add(monitor).add(server),
        () -> System.out.println("monitor listens at " + server.address()),
        () -> {});
    return 0;
  }
}
