package dev.sluice.ingest.door;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads bodies within the door's bounds: each has so many bytes and so long, and all together hold
 * no more than the door's share of memory. What breaks a bound is answered here.
 */
public final class Bodies {
  private final Vertx vertx;
  private final Duration patience;
  private final Budget budget;
  private final Replies replies;

  Bodies(Vertx vertx, Duration patience, Budget budget, Replies replies) {
    this.vertx = vertx;
    this.patience = patience;
    this.budget = budget;
    this.replies = replies;
  }

  /** A body that has arrived whole; it takes room until it is let go. */
  public static final class Held {
    private final Buffer bytes;
    private final Budget budget;
    private final AtomicBoolean held = new AtomicBoolean(true);

    private Held(Buffer bytes, Budget budget) {
      this.bytes = bytes;
      this.budget = budget;
    }

    public Buffer bytes() {
      return bytes;
    }

    public void letGo() {
      if (held.compareAndSet(true, false)) {
        budget.giveBack(bytes.length());
      }
    }
  }

  /** Reads the request's body and hands it on, unless the request was answered already. */
  public void read(HttpServerRequest request, long most, Handler<Held> then) {
    Intake.read(
        vertx,
        request,
        most,
        patience,
        budget,
        result -> {
          if (result instanceof Intake.Body body) {
            then.handle(new Held(body.bytes(), budget));
          } else if (result instanceof Intake.TooLarge) {
            replies.error(request, 413, "too-large", "the body has more than " + most + " bytes");
          } else if (result instanceof Intake.NoRoom) {
            replies.error(request, 503, "busy", "too many requests wait; send it again");
          } else if (result instanceof Intake.TooSlow) {
            replies.error(
                request,
                408,
                "too-slow",
                "the body did not arrive within " + patience.toSeconds() + " s");
          }
          // What broke off has nobody to answer to.
        });
  }

  /** Answers with the one line that says what is wrong. */
  public void refuse(HttpServerRequest request, int status, String type, String why) {
    replies.error(request, status, type, why);
  }

  public void answer(HttpServerRequest request, int status, Buffer json) {
    replies.json(request, status, json);
  }
}
