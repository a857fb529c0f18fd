package dev.sluice.lake.s3;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/**
 * What came of a small body in the same breath as its head. Mostly that is all of it, and then one
 * visit to the workers does for the whole request. A client that takes its time gets its request
 * looked at before the rest of its body, as one with a large body does.
 */
final class FirstBytes {
  private static final int MAX = 64 << 10;
  private static final int MAX_DIGITS = 6;

  private final HttpServerRequest request;
  private final Buffer bytes = Buffer.buffer();
  private boolean whole;

  private FirstBytes(HttpServerRequest request) {
    this.request = request;
  }

  /** Whether a request has a body worth the wait: one that is small, and sent unasked. */
  static boolean worthwhile(HttpServerRequest request) {
    String length = request.getHeader("content-length");
    return length != null
        && Numbers.digits(length, MAX_DIGITS)
        && Integer.parseInt(length) <= MAX
        && request.getHeader("expect") == null
        && request.getHeader("transfer-encoding") == null;
  }

  /** Takes what the loop has already read of the connection, and then pauses the request. */
  static Future<FirstBytes> of(HttpServerRequest request, Context loop) {
    FirstBytes first = new FirstBytes(request);
    request.handler(first.bytes::appendBuffer);
    request.endHandler(end -> first.whole = true);
    Promise<FirstBytes> taken = Promise.promise();
    // Runs after the bytes of the connection that are being taken apart now.
    loop.runOnContext(
        after -> {
          if (!first.whole) {
            first.request.pause();
          }
          taken.complete(first);
        });
    return taken.future();
  }

  boolean whole() {
    return whole;
  }

  Buffer bytes() {
    return bytes;
  }
}
