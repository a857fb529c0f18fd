package dev.sluice.ingest.door;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.key.Remaining;
import dev.sluice.ingest.key.Ruling;
import dev.sluice.ingest.key.WriteKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/** How a sender is told what its key may still send. */
final class Allowances {
  private final Replies replies;
  private final DoorMeters meters;

  Allowances(Replies replies, DoorMeters meters) {
    this.replies = replies;
    this.meters = meters;
  }

  /** Whether the key may send one event now; answered when not. */
  boolean mayBegin(HttpServerRequest request, WriteKey key) {
    Ruling ruling = key.look();
    if (ruling instanceof Ruling.Granted) {
      return true;
    }
    refuse(request, key, ruling);
    return false;
  }

  /** Tells what is left; nothing of a key without limits. */
  void tell(HttpServerResponse response, Remaining remaining) {
    if (response.headWritten()) {
      return;
    }
    remaining.burst().ifPresent(share -> tell(response, "X-RateLimit-", share));
    remaining.day().ifPresent(share -> tell(response, "X-RateLimit-Daily-", share));
  }

  void refuse(HttpServerRequest request, WriteKey key, Ruling ruling) {
    tell(request.response(), ruling.remaining());
    if (ruling instanceof Ruling.Exceeded exceeded) {
      String limit = exceeded.limit() == Ruling.Limit.DAILY ? "daily-quota" : "rate-limit";
      meters.limited(key.name(), limit);
      String seconds = Replies.seconds(exceeded.retryAfter());
      request.response().putHeader(Replies.RETRY_AFTER, seconds);
      error(
          request,
          429,
          limit,
          "the key "
              + key.name()
              + (exceeded.limit() == Ruling.Limit.DAILY
                  ? " has sent what it may send today"
                  : " sends faster than it may")
              + "; nothing of this was taken, send it again in "
              + seconds
              + " s",
          ruling.remaining());
    } else if (ruling instanceof Ruling.NeverFits never) {
      meters.limited(key.name(), "never-fits");
      error(
          request,
          413,
          "too-many-for-key",
          "the key "
              + key.name()
              + " may send "
              + never.most()
              + " events at once; nothing was taken, send fewer",
          ruling.remaining());
    }
  }

  private void error(
      HttpServerRequest request, int status, String type, String message, Remaining remaining) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode error = body.putObject("error");
    error.put("type", type).put("message", message).put("code", status);
    ObjectNode left = error.putObject("remaining");
    remaining.burst().ifPresent(share -> left.put("burst", share.left()));
    remaining.day().ifPresent(share -> left.put("today", share.left()));
    replies.json(request, status, Buffer.buffer(body.toString()));
  }

  private static void tell(HttpServerResponse response, String prefix, Remaining.Share share) {
    Duration reset = share.reset();
    response
        .putHeader(prefix + "Limit", Long.toString(share.limit()))
        .putHeader(prefix + "Remaining", Long.toString(share.left()))
        .putHeader(prefix + "Reset", reset.isZero() ? "0" : Replies.seconds(reset));
  }
}
