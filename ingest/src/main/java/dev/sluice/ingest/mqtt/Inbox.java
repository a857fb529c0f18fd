package dev.sluice.ingest.mqtt;

import io.vertx.core.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from the log's threads to the server's event loop: many results are one turn of it. It
 * holds no more than waits for the log, which is bounded.
 */
final class Inbox {
  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

  private final Context loop;
  private final Queue<Runnable> results = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean due = new AtomicBoolean();

  Inbox(Context loop) {
    this.loop = loop;
  }

  void post(Runnable result) {
    results.add(result);
    if (due.compareAndSet(false, true)) {
      loop.runOnContext(turn -> takeAll());
    }
  }

  private void takeAll() {
    due.set(false);
    for (Runnable result = results.poll(); result != null; result = results.poll()) {
      try {
        result.run();
      } catch (RuntimeException e) {
        LOG.error("an answer could not be given", e);
      }
    }
  }
}
