package dev.sluice.lake.s3;

import dev.sluice.lake.s3.S3Service.Admitted;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Moves the body of a paused request to its intake, one buffer at a time: the next is asked for
 * when the one before is decoded and written, so that a client is never faster than the disk.
 */
final class BodyPump {
  private final HttpServerRequest request;
  private final Future<Void> lost;
  private final WorkerExecutor workers;
  private final Admitted admitted;
  private final S3Metrics metrics;
  private final Promise<Void> done = Promise.promise();
  private final Pace pace;
  private Future<Void> step = Future.succeededFuture();

  BodyPump(
      HttpServerRequest request,
      Future<Void> lost,
      WorkerExecutor workers,
      Admitted admitted,
      S3Metrics metrics,
      Patience patience) {
    this.request = request;
    this.lost = lost;
    this.workers = workers;
    this.admitted = admitted;
    this.metrics = metrics;
    this.pace = patience.watch(() -> done.tryFail(Faults.slow()));
  }

  /** With the bytes that came before anybody asked for them. */
  Future<Void> run(Buffer first) {
    lost.onFailure(done::tryFail);
    done.future().onComplete(any -> pace.done());
    request.endHandler(end -> step.onComplete(last -> finish()));
    request.handler(this::take);
    if (first.length() > 0) {
      take(first);
    } else {
      next();
    }
    return done.future();
  }

  private void next() {
    pace.asked();
    request.fetch(1);
  }

  private void finish() {
    if (step.succeeded()) {
      done.tryComplete();
    } else {
      done.tryFail(step.cause());
    }
  }

  private void take(Buffer buffer) {
    pace.came(buffer.length());
    if (done.future().isComplete()) {
      // Refused already: what still comes is read and dropped, so that the client gets to read the
      // answer.
      request.fetch(1);
      return;
    }
    metrics.in(buffer.length());
    step = step.compose(before -> workers.executeBlocking(() -> feed(buffer), false));
    step.onComplete(
        result -> {
          if (result.failed()) {
            done.tryFail(result.cause());
          }
          next();
        });
  }

  private Void feed(Buffer buffer) throws IOException {
    admitted.decoder().feed(ByteBuffer.wrap(buffer.getBytes()), admitted.intake());
    return null;
  }
}
