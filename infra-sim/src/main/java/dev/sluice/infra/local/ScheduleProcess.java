package dev.sluice.infra.local;

import dev.sluice.daemon.Service;
import dev.sluice.transform.cli.ScheduleCommand;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/** What {@code ./sluice etl schedule} gets of this process. */
final class ScheduleProcess {
  private static final String HOME = "sluice.home";

  private ScheduleProcess() {}

  static ScheduleCommand.Host here(InstantSource clock) {
    return new ScheduleCommand.Host(
        clock,
        System.getenv(),
        new SecureRandom(),
        () -> UUID.randomUUID().toString(),
        launcher(),
        ScheduleProcess::serve);
  }

  /** Another process as this one, with the memory that a client command has. */
  static List<String> launcher() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    words.add("-D" + HOME + "=" + System.getProperty(HOME, "."));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return List.copyOf(words);
  }

  /** As daemons are served, by no more classes than a client command has. */
  private static void serve(Service service, Runnable ready) throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    Signals.on(told::countDown);
    service.start();
    ready.run();
    told.await();
    service.stop();
    Runtime.getRuntime().halt(0);
  }
}
