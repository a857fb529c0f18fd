package dev.sluice.transform.schedule;

import java.io.IOException;
import java.util.function.Consumer;

/** Tells the journal and the metrics what a runner does, and sends what is an alert. */
final class Announcer implements Onlooker {
  private final ScheduleMetrics metrics;
  private final Webhook webhook;
  private final Consumer<String> journal;
  private String trouble = "";

  Announcer(ScheduleMetrics metrics, Webhook webhook, Consumer<String> journal) {
    this.metrics = metrics;
    this.webhook = webhook;
    this.journal = journal;
  }

  @Override
  public void seen(Board board) {
    trouble = "";
    measured(() -> metrics.seen(board));
  }

  @Override
  public void told(Told told) {
    if (told instanceof Told.Troubled troubled) {
      // One that lasts is said once.
      if (!troubled.why().equals(trouble)) {
        trouble = troubled.why();
        journal.accept(trouble);
      }
      measured(metrics::troubled);
      return;
    }
    journal.accept(line(told));
    if (told instanceof Told.GivenUp || told instanceof Told.Recovered) {
      alert(told);
    }
  }

  private void alert(Told told) {
    try {
      if (!webhook.send(told)) {
        journal.accept("nobody took the alert");
        measured(metrics::alertUnsent);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Measurement {
    void write() throws IOException;
  }

  /** A full disk loses figures, never a night. */
  private void measured(Measurement measurement) {
    try {
      measurement.write();
    } catch (IOException unwritten) {
      journal.accept("the figures could not be written: " + unwritten);
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
