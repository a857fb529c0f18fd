package dev.sluice.lake.s3;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/**
 * Reads and drops what is left of a refused body. A connection closed while its client still writes
 * loses the answer on the way, so a bounded rest is read first; a small one is read whole and the
 * connection lives on.
 */
final class Drain {
  private static final long MAX = 16L << 20;

  private Drain() {}

  static boolean worthwhile(HttpServerRequest request) {
    String length = request.getHeader("content-length");
    if (length == null) {
      return request.getHeader("transfer-encoding") == null;
    }
    return Numbers.digits(length, 18) && Long.parseLong(length) <= MAX;
  }

  /** Reads and drops the rest, then closes the connection. */
  static Future<Void> thenClose(HttpServerRequest request, Future<Void> lost, Patience patience) {
    return drop(request, lost, patience).eventually(() -> request.connection().close());
  }

  /** Reads and drops the rest, so that the connection lives on; closes it if that takes long. */
  static Future<Void> rest(HttpServerRequest request, Future<Void> lost, Patience patience) {
    return drop(request, lost, patience).recover(slow -> request.connection().close());
  }

  /** Done when there is no more, or too much; fails when the client is gone or too slow. */
  private static Future<Void> drop(
      HttpServerRequest request, Future<Void> lost, Patience patience) {
    Promise<Void> done = Promise.promise();
    if (request.isEnded()) {
      done.complete();
      return done.future();
    }
    long[] dropped = new long[1];
    Pace pace = patience.watch(() -> done.tryFail(Faults.slow()));
    pace.asked();
    lost.onFailure(done::tryFail);
    request.endHandler(end -> done.tryComplete());
    request.handler(
        (Buffer buffer) -> {
          pace.came(buffer.length());
          pace.asked();
          dropped[0] += buffer.length();
          if (dropped[0] > MAX) {
            done.tryComplete();
          }
        });
    request.resume();
    return done.future().onComplete(any -> pace.done());
  }
}
