package dev.sluice.ingest.spool;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a spool's events to the log, some frames at a time and in order. Frames whose last event is
 * not confirmed are sent again whole, so an event may come twice; it is never left out. One that
 * the log never will take is set aside, lest all others wait behind it for ever.
 */
public final class SpoolReplay {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolReplay.class);
  private static final long PAUSE_MILLIS = 500;

  private final Spool spool;
  private final Producer<byte[], byte[]> producer;
  private final Thread thread;
  private volatile boolean stopping;

  public SpoolReplay(Spool spool, Producer<byte[], byte[]> producer) {
    this.spool = spool;
    this.producer = producer;
    this.thread = new Thread(this::run, "spool-replay");
  }

  public void start() {
    thread.start();
  }

  /** What is not replayed by then waits for the next start. */
  public void stop(Duration patience) throws InterruptedException {
    // Not interrupted: that would close the file it may be reading.
    stopping = true;
    thread.join(patience.toMillis());
  }

  private void run() {
    boolean failing = false;
    while (!stopping) {
      try {
        List<Spool.Frame> frames = spool.await(PAUSE_MILLIS);
        if (!frames.isEmpty()) {
          send(frames.stream().flatMap(frame -> frame.events().stream()).toList());
          spool.replayed(frames);
          failing = false;
        }
      } catch (InterruptedException e) {
        // Nobody interrupts it; who does wants it to end.
        return;
      } catch (IOException | ExecutionException | RuntimeException e) {
        if (!failing) {
          LOG.warn("events wait in the spool: {}", e.toString());
        }
        failing = true;
        pause();
      }
    }
  }

  private void send(List<SpooledEvent> events)
      throws ExecutionException, InterruptedException, IOException {
    List<Future<RecordMetadata>> sent = new ArrayList<>(events.size());
    for (SpooledEvent event : events) {
      sent.add(producer.send(event.record()));
    }
    for (int i = 0; i < sent.size(); i++) {
      try {
        var unused = sent.get(i).get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RecordTooLargeException)
            && !(e.getCause() instanceof InvalidTopicException)) {
          throw e;
        }
        spool.setAside(events.get(i), String.valueOf(e.getCause().getMessage()));
        LOG.error(
            "an event for {} was set aside, for the log never will take it: {}",
            events.get(i).topic(),
            e.getCause().getMessage());
      }
    }
  }

  private static void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
  }
}
