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
  static Future<Void> thenClose(HttpServerRequest request, Future<Void> lost) {
    return rest(request, lost).eventually(() -> request.connection().close());
  }

  /** Reads and drops the rest; done when there is no more, or too much, or the client is gone. */
  static Future<Void> rest(HttpServerRequest request, Future<Void> lost) {
    Promise<Void> done = Promise.promise();
    if (request.isEnded()) {
      done.complete();
    } else {
      long[] dropped = new long[1];
      lost.onFailure(done::tryFail);
      request.endHandler(end -> done.tryComplete());
      request.handler(
          (Buffer buffer) -> {
            dropped[0] += buffer.length();
            if (dropped[0] > MAX) {
              done.tryComplete();
            }
          });
      request.resume();
    }
    return done.future();
  }
}
