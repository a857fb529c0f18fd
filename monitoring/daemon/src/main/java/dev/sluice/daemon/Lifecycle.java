package dev.sluice.daemon;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services started in the order they were added and stopped in reverse. One that fails to start
 * takes those before it down again; one that fails to stop does not keep the others from stopping.
 */
public final class Lifecycle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  private final List<Service> services = new ArrayList<>();
  private final Deque<Service> running = new ArrayDeque<>();

  public synchronized Lifecycle add(Service service) {
    services.add(service);
    return this;
  }

  /** Starts everything added so far that does not run yet. */
  public synchronized void start() throws Exception {
    for (Service service : services.subList(running.size(), services.size())) {
      running.push(service);
      try {
        service.start();
      } catch (Exception failure) {
        LOG.debug("{} failed to start", service.name(), failure);
        close();
        throw failure;
      }
      LOG.info("{} started", service.name());
    }
  }

  @Override
  public synchronized void close() {
    while (!running.isEmpty()) {
      Service service = running.pop();
      try {
        service.stop();
        LOG.info("{} stopped", service.name());
      } catch (Exception failure) {
        LOG.warn("{} did not stop cleanly", service.name(), failure);
      }
    }
  }
}
