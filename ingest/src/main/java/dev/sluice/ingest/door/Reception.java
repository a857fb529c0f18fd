package dev.sluice.ingest.door;

import dev.sluice.ingest.intake.EventResult;
import dev.sluice.ingest.intake.EventSender;
import dev.sluice.ingest.intake.Outcome;
import dev.sluice.ingest.intake.Submission;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes deliveries: reads each body within its bounds, submits it, and answers. */
final class Reception {
  private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

  private static final int LONG_BODY = 256 << 10;

  private final Vertx vertx;
  private final DoorSettings settings;
  private final Budget budget;
  private final EventSender sender;
  private final Replies replies;
  private final Allowances allowances;
  private final AnsweredRequests answered;
  private final InstantSource clock;

  Reception(
      Vertx vertx,
      DoorSettings settings,
      Budget budget,
      EventSender sender,
      Replies replies,
      Allowances allowances,
      InstantSource clock) {
    this.vertx = vertx;
    this.settings = settings;
    this.budget = budget;
    this.sender = sender;
    this.replies = replies;
    this.allowances = allowances;
    this.answered = new AnsweredRequests(settings.idempotency());
    this.clock = clock;
  }

  void receive(Delivery delivery) {
    HttpServerRequest request = delivery.request();
    if (declaredLength(request) > settings.maxBody().bytes()) {
      replies.error(request, 413, "too-large", bodyTooLarge());
      return;
    }
    if (!allowances.mayBegin(request, delivery.key())) {
      return;
    }
    if (Replies.header(request, HttpHeaders.EXPECT).equalsIgnoreCase("100-continue")) {
      request.response().writeContinue();
    }
    Intake.read(
        vertx,
        request,
        settings.maxBody().bytes(),
        settings.bodyPatience(),
        budget,
        result -> arrived(delivery, result));
  }

  private void arrived(Delivery delivery, Intake.Result result) {
    HttpServerRequest request = delivery.request();
    if (result instanceof Intake.Body body) {
      begin(delivery, body.bytes());
    } else if (result instanceof Intake.TooLarge) {
      replies.error(request, 413, "too-large", bodyTooLarge());
    } else if (result instanceof Intake.NoRoom) {
      busy(request);
    } else if (result instanceof Intake.TooSlow) {
      replies.error(
          request,
          408,
          "too-slow",
          "the body did not arrive within " + settings.bodyPatience() + "; nothing was taken");
    }
    // What broke off has nobody to answer to, and nothing of it was taken.
  }

  /** One with an idempotency key is carried out once; the digest of a long body takes a while. */
  private void begin(Delivery delivery, Buffer body) {
    if (delivery.repeatable().isEmpty()) {
      submit(delivery, delivery.with(body));
    } else if (body.length() < LONG_BODY) {
      begin(delivery, body, delivery.digest(body));
    } else {
      vertx
          .executeBlocking(() -> delivery.digest(body), false)
          .onComplete(digest -> begin(delivery, body, digest.result()));
    }
  }

  private void begin(Delivery delivery, Buffer body, String digest) {
    AnsweredRequests.Standing standing =
        answered.begin(delivery.repeatable().orElseThrow(), digest, clock.instant());
    if (standing instanceof AnsweredRequests.First) {
      submit(delivery, delivery.with(body));
      return;
    }
    budget.giveBack(body.length());
    HttpServerRequest request = delivery.request();
    if (standing instanceof AnsweredRequests.Repeated repeated) {
      request.response().putHeader("Idempotent-Replayed", "true");
      replies.json(request, repeated.status(), repeated.json());
    } else if (standing instanceof AnsweredRequests.UnderWay) {
      request.response().putHeader(Replies.RETRY_AFTER, "1");
      replies.error(
          request,
          409,
          "under-way",
          "a request with this Idempotency-Key is under way; ask again in a moment");
    } else {
      replies.error(
          request,
          422,
          "other-body",
          "this Idempotency-Key came with another body before; nothing was taken");
    }
  }

  /**
   * What is known of any of its events is remembered: to carry out the rest would append those
   * again that the log has. Only where it has none for sure is nothing remembered.
   */
  private void remember(Delivery delivery, Outcome outcome) {
    delivery
        .repeatable()
        .ifPresent(
            name -> {
              if (outcome instanceof Outcome.Answered done && done.status() != 503) {
                answered.answered(name, done.status(), done.json(), clock.instant());
              } else {
                answered.forget(name);
              }
            });
  }

  private void submit(Delivery delivery, Submission submission) {
    Context context = vertx.getOrCreateContext();
    long held = submission.body().length();
    Optional<CompletableFuture<Outcome>> submitted = sender.submit(submission);
    if (submitted.isEmpty()) {
      budget.giveBack(held);
      delivery.repeatable().ifPresent(answered::forget);
      busy(delivery.request());
      return;
    }
    var unused =
        submitted
            .get()
            .whenComplete(
                (outcome, failure) -> {
                  remember(delivery, outcome);
                  context.runOnContext(
                      then -> {
                        budget.giveBack(held);
                        reply(delivery, outcome, failure);
                      });
                });
  }

  private void reply(Delivery delivery, Outcome outcome, Throwable failure) {
    HttpServerRequest request = delivery.request();
    if (outcome instanceof Outcome.Answered answered) {
      allowances.tell(request.response(), delivery.key().remaining());
      replies.json(request, answered.status(), answered.json());
    } else if (outcome instanceof Outcome.TurnedAway away) {
      replies.error(request, away.status(), away.type(), away.why());
    } else if (outcome instanceof Outcome.Limited limited) {
      allowances.refuse(request, delivery.key(), limited.ruling());
    } else {
      LOG.error("a request failed", failure);
      replies.error(
          request,
          500,
          EventResult.UNKNOWN,
          "the door failed; the log may hold some of the events, all or none");
    }
  }

  private void busy(HttpServerRequest request) {
    replies.error(
        request,
        503,
        "busy",
        "too many requests wait; nothing of this one was taken, send it again");
  }

  private String bodyTooLarge() {
    return "the body has more than " + settings.maxBody().bytes() + " bytes (door.max-body)";
  }

  private static long declaredLength(HttpServerRequest request) {
    try {
      return Long.parseLong(Replies.header(request, HttpHeaders.CONTENT_LENGTH));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
