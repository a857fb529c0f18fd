package dev.sluice.lake.s3;

import dev.sluice.lake.s3.S3Service.Admitted;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves the body of a paused request to its intake. What comes while the workers decode and write
 * is gathered, up to a bound, and goes to them together: so a fast client costs them few visits,
 * and none is ever faster than the disk for long. Lives on the event loop.
 */
final class BodyPump {
  private final HttpServerRequest request;
  private final Future<Void> lost;
  private final WorkerExecutor workers;
  private final Inflow inflow;
  private final Admitted admitted;
  private final S3Metrics metrics;
  private final Promise<Void> done = Promise.promise();
  private List<Buffer> pieces = new ArrayList<>();
  private final Pace pace;
  private int gathered;
  private int writing;
  private Throwable failure;
  private boolean paused = true;
  private boolean ended;
  private boolean awaited;

  BodyPump(
      HttpServerRequest request,
      Future<Void> lost,
      WorkerExecutor workers,
      Inflow inflow,
      Admitted admitted,
      S3Metrics metrics,
      Patience patience) {
    this.request = request;
    this.lost = lost;
    this.workers = workers;
    this.inflow = inflow;
    this.admitted = admitted;
    this.metrics = metrics;
    this.pace = patience.watch(() -> fail(Faults.slow()));
  }

  /** With the bytes that came before anybody asked for them. Done when no worker is at it. */
  Future<Void> run(Buffer first) {
    lost.onFailure(this::fail);
    done.future().onComplete(any -> pace.done());
    request.endHandler(
        end -> {
          ended = true;
          proceed();
        });
    request.handler(this::take);
    if (first.length() > 0) {
      take(first);
    }
    proceed();
    return done.future();
  }

  private void fail(Throwable cause) {
    failure = failure == null ? cause : failure;
    inflow.leave(gathered);
    gathered = 0;
    pieces = new ArrayList<>();
    proceed();
  }

  private void take(Buffer buffer) {
    awaited = false;
    pace.came(buffer.length());
    if (failure != null) {
      // Refused already: what still comes is read and dropped, so that the client gets to read the
      // answer.
      return;
    }
    metrics.in(buffer.length());
    inflow.enter(buffer.length());
    pieces.add(buffer);
    gathered += buffer.length();
    proceed();
  }

  /** Does what the present state asks for. */
  private void proceed() {
    if (writing == 0 && gathered > 0) {
      write();
    }
    if (writing == 0 && (failure != null || ended)) {
      finish();
    } else if (writing == 0 && !awaited) {
      awaited = true;
      pace.asked();
    }
    boolean full = gathered > 0 && inflow.full(gathered);
    if (full != paused) {
      paused = full;
      if (full) {
        request.pause();
      } else {
        request.resume();
      }
    }
  }

  private void finish() {
    if (failure == null) {
      done.tryComplete();
    } else {
      done.tryFail(failure);
    }
  }

  private void write() {
    List<Buffer> batch = pieces;
    writing = gathered;
    pieces = new ArrayList<>();
    gathered = 0;
    int length = writing;
    workers
        .executeBlocking(() -> feed(batch, new byte[length]), false)
        .onComplete(
            fed -> {
              inflow.leave(writing);
              writing = 0;
              if (fed.failed()) {
                fail(fed.cause());
              } else {
                proceed();
              }
            });
  }

  private Void feed(List<Buffer> batch, byte[] bytes) throws IOException {
    int at = 0;
    for (Buffer each : batch) {
      each.getBytes(bytes, at);
      at += each.length();
    }
    admitted.decoder().feed(ByteBuffer.wrap(bytes), admitted.intake());
    return null;
  }
}
