package dev.sluice.ingest.door;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Objects;

/** The reading of one body, bounded in size, in time, and together with all others. */
final class Intake {
  sealed interface Result {}

  /** All of it; its bytes stay taken from the budget. */
  record Body(Buffer bytes) implements Result {
    Body {
      Objects.requireNonNull(bytes, "bytes");
    }
  }

  record TooLarge() implements Result {}

  record NoRoom() implements Result {}

  record TooSlow() implements Result {}

  /** The sender went away in the middle. */
  record BrokenOff() implements Result {}

  private final Vertx vertx;
  private final long most;
  private final Budget budget;
  private final Handler<Result> then;
  private final Buffer body = Buffer.buffer();
  private long timer;
  private boolean done;

  private Intake(Vertx vertx, long most, Budget budget, Handler<Result> then) {
    this.vertx = vertx;
    this.most = most;
    this.budget = budget;
    this.then = then;
  }

  /** Reads it and calls back once, on the request's own thread. */
  static void read(
      Vertx vertx,
      HttpServerRequest request,
      long most,
      Duration patience,
      Budget budget,
      Handler<Result> then) {
    Intake intake = new Intake(vertx, most, budget, then);
    intake.timer = vertx.setTimer(patience.toMillis(), due -> intake.fail(new TooSlow()));
    request.exceptionHandler(broken -> intake.fail(new BrokenOff()));
    request.handler(intake::chunk);
    request.endHandler(end -> intake.end());
  }

  private void chunk(Buffer chunk) {
    if (done) {
      return;
    }
    if (body.length() + (long) chunk.length() > most) {
      fail(new TooLarge());
    } else if (!budget.take(chunk.length())) {
      fail(new NoRoom());
    } else {
      body.appendBuffer(chunk);
    }
  }

  private void end() {
    if (!done) {
      done = true;
      vertx.cancelTimer(timer);
      then.handle(new Body(body));
    }
  }

  private void fail(Result why) {
    if (!done) {
      done = true;
      vertx.cancelTimer(timer);
      budget.giveBack(body.length());
      then.handle(why);
    }
  }
}
