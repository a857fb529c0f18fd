package dev.sluice.transform.schedule;

import dev.sluice.daemon.Service;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A runner with a thread of its own: passes until it is stopped, tells the journal, the metrics and
 * whoever is to be alerted.
 */
public final class Scheduler implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ScheduleSettings settings;
  private final Surroundings here;
  private final WallAndWatch time;
  private volatile boolean stopping;
  private Thread thread;
  private Runner runner;

  public Scheduler(ScheduleSettings settings, Surroundings here) {
    this.settings = settings;
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
    Surroundings.Lake lake = here.lake().get();
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    Bulletin bulletin =
        new Bulletin(
            new TableProperties(
                TableProperties.runs(lake.catalog(), lake.token()),
                http,
                shorter(PATIENCE, settings.lease().dividedBy(6)),
                here.nonces()));
    Announcer announcer =
        new Announcer(
            new ScheduleMetrics(directory.resolve("schedule.prom")),
            new Webhook(settings.alerts(), http, time),
            directory.resolve("schedule.log"),
            here.clock());
    runner =
        new Runner(
            here.runner() + "/" + here.nonces().get(),
            settings,
            bulletin,
            here.errand(),
            time,
            here.random(),
            announcer);
    thread = new Thread(this::run, "schedule");
    thread.start();
  }

  private void run() {
    try {
      while (!stopping) {
        time.rest(runner.pass());
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException broken) {
      LOG.error("the scheduler ended", broken);
      throw broken;
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

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
