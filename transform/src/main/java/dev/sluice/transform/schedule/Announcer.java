package dev.sluice.transform.schedule;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what a runner does into its journal and its metrics, and sends what is an alert. */
final class Announcer implements Onlooker {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

  private final ScheduleMetrics metrics;
  private final Webhook webhook;
  private final Path journal;
  private final InstantSource clock;

  Announcer(ScheduleMetrics metrics, Webhook webhook, Path journal, InstantSource clock) {
    this.metrics = metrics;
    this.webhook = webhook;
    this.journal = journal;
    this.clock = clock;
  }

  /** A full disk loses the journal, never a night. */
  @Override
  public void seen(Board board) {
    try {
      metrics.seen(board);
    } catch (IOException unwritten) {
      LOG.warn("the schedule's metrics could not be written: {}", unwritten.toString());
    }
  }

  @Override
  public void told(Told told) {
    write(line(told));
    try {
      if (told instanceof Told.Troubled) {
        metrics.troubled();
      }
      if (told instanceof Told.GivenUp || told instanceof Told.Recovered) {
        if (!webhook.send(told)) {
          write("nobody took the alert");
          metrics.alertUnsent();
        }
      }
    } catch (IOException unwritten) {
      LOG.warn("the schedule's metrics could not be written: {}", unwritten.toString());
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(String line) {
    LOG.info("{}", line);
    try (ScheduleLog log = ScheduleLog.open(journal)) {
      log.add(clock.instant() + " " + line);
    } catch (IOException unwritten) {
      LOG.warn("the schedule's journal could not be written: {}", unwritten.toString());
    }
  }

  static String line(Told told) {
    if (told instanceof Told.Began began) {
      return "%s of %s begins, attempt %d, due %s, as runner %d"
          .formatted(began.schedule(), began.day(), began.attempt(), began.due(), began.fence());
    } else if (told instanceof Told.Succeeded done) {
      return "%s of %s succeeded at attempt %d"
          .formatted(done.schedule(), done.day(), done.attempt());
    } else if (told instanceof Told.Recovered well) {
      return "%s is well again".formatted(well.schedule());
    } else if (told instanceof Told.Failed failed) {
      return "%s of %s failed at attempt %d, again at %s: %s"
          .formatted(
              failed.schedule(), failed.day(), failed.attempt(), failed.retry(), failed.why());
    } else if (told instanceof Told.GivenUp given) {
      return "%s of %s is given up after %d attempts: %s"
          .formatted(given.schedule(), given.day(), given.attempts(), given.why());
    }
    return ((Told.Troubled) told).why();
  }
}
