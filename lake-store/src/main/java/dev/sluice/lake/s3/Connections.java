package dev.sluice.lake.s3;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The open connections: no more than so many, and none on which no whole request arrives in time.
 * Bytes alone are no sign of life, for a head may be sent a byte at a time.
 */
final class Connections {
  private final Vertx vertx;
  private final Duration limit;
  private final int max;
  private final Map<HttpConnection, Line> open = new ConcurrentHashMap<>();

  Connections(Vertx vertx, Duration limit, int max) {
    this.vertx = vertx;
    this.limit = limit;
    this.max = max;
  }

  private static final class Line {
    private final AtomicInteger underway = new AtomicInteger();
    private volatile long idleSince = System.nanoTime();
    private volatile long timer;
    private volatile boolean doomed;
  }

  void opened(HttpConnection connection) {
    Line line = new Line();
    if (open.size() >= max) {
      connection.close();
      return;
    }
    open.put(connection, line);
    connection.closeHandler(
        closed -> {
          open.remove(connection);
          vertx.cancelTimer(line.timer);
        });
    watch(connection, line, limit.toMillis());
  }

  private void watch(HttpConnection connection, Line line, long millis) {
    line.timer = vertx.setTimer(Math.max(1, millis), fired -> judge(connection, line));
  }

  private void judge(HttpConnection connection, Line line) {
    if (line.underway.get() > 0) {
      watch(connection, line, limit.toMillis());
      return;
    }
    long left = limit.toMillis() - (System.nanoTime() - line.idleSince) / 1_000_000;
    if (left <= 0) {
      connection.close();
    } else {
      watch(connection, line, left);
    }
  }

  /** Nothing more is read of this connection: what follows may be the rest of a bad request. */
  void doom(HttpConnection connection) {
    Line line = open.get(connection);
    if (line != null) {
      line.doomed = true;
    }
  }

  boolean doomed(HttpConnection connection) {
    Line line = open.get(connection);
    return line == null || line.doomed;
  }

  void began(HttpConnection connection) {
    Line line = open.get(connection);
    if (line != null) {
      line.underway.incrementAndGet();
    }
  }

  void ended(HttpConnection connection) {
    Line line = open.get(connection);
    if (line != null) {
      line.idleSince = System.nanoTime();
      line.underway.decrementAndGet();
    }
  }
}
