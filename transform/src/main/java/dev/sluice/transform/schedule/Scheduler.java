package dev.sluice.transform.schedule;

import dev.sluice.daemon.Service;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/** A runner with a thread of its own, which passes until it is stopped. */
public final class Scheduler implements Service {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CALLS_IN_A_LEASE = 6;

  private final ScheduleSettings settings;
  private final Supplier<Surroundings.Lake> lake;
  private final Surroundings here;
  private final WallAndWatch time;
  private volatile boolean stopping;
  private Thread thread;
  private Runner runner;

  /**
   * @param lake asked when the scheduler starts, for it may be started just before
   */
  public Scheduler(ScheduleSettings settings, Supplier<Surroundings.Lake> lake, Surroundings here) {
    this.settings = settings;
    this.lake = lake;
    this.here = here;
    this.time = new WallAndWatch(here.clock());
  }

  @Override
  public String name() {
    return "schedule";
  }

  @Override
  public void start() throws IOException {
    Path directory = Files.createDirectories(here.directory());
    Duration patience = settings.lease().dividedBy(CALLS_IN_A_LEASE);
    HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    runner =
        new Runner(
            here.runner() + "/" + here.nonces().get(),
            settings,
            bulletin(lake.get(), patience.compareTo(PATIENCE) < 0 ? patience : PATIENCE, here),
            here.errand(),
            time,
            here.random(),
            new Announcer(
                new ScheduleMetrics(directory.resolve("schedule.prom")),
                new Webhook(settings.alerts(), http, time),
                here.journal()));
    thread = new Thread(this::run, "schedule");
    thread.start();
  }

  private static Bulletin bulletin(Surroundings.Lake lake, Duration patience, Surroundings here) {
    return new Bulletin(
        new TableProperties(
            TableProperties.runs(lake.catalog()),
            new CatalogWire(lake.token(), patience),
            here.nonces()));
  }

  private void run() {
    try {
      while (!stopping) {
        time.rest(pass());
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A look that breaks is told, and the next one is taken: a schedule that ends is seen by nobody.
   */
  private Duration pass() throws InterruptedException {
    try {
      return runner.pass();
    } catch (RuntimeException bug) {
      here.journal().accept("the scheduler broke, and looks again: " + bug);
      return settings.look();
    }
  }

  /** Ends what runs; it waits for the next runner. */
  @Override
  public void stop() throws InterruptedException {
    stopping = true;
    if (thread == null) {
      return;
    }
    runner.stop();
    time.wake();
    thread.join();
  }
}
