package dev.sluice.ingest.door;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Open connections: so many and no more, and each has so long until its next request's headers are
 * here. An idle timeout would not do: one byte now and then keeps a connection from being idle.
 */
final class Connections {
  private static final long BUSY = -1;

  private final Vertx vertx;
  private final int most;
  private final Duration patience;
  private final Map<HttpConnection, Long> timers = new ConcurrentHashMap<>();

  Connections(Vertx vertx, int most, Duration patience) {
    this.vertx = vertx;
    this.most = most;
    this.patience = patience;
  }

  void opened(HttpConnection connection) {
    if (timers.size() >= most) {
      connection.close();
      return;
    }
    connection.closeHandler(
        closed -> {
          Long timer = timers.remove(connection);
          cancel(timer == null ? BUSY : timer);
        });
    timers.put(connection, BUSY);
    awaitsRequest(connection);
  }

  /** The headers of a request are here. */
  void hasRequest(HttpConnection connection) {
    Long timer = timers.replace(connection, BUSY);
    cancel(timer == null ? BUSY : timer);
  }

  /** A request has been answered. */
  void awaitsRequest(HttpConnection connection) {
    long timer = vertx.setTimer(patience.toMillis(), due -> connection.close());
    Long earlier = timers.replace(connection, timer);
    cancel(earlier == null ? timer : earlier);
  }

  int open() {
    return timers.size();
  }

  private void cancel(long timer) {
    if (timer != BUSY) {
      vertx.cancelTimer(timer);
    }
  }
}
