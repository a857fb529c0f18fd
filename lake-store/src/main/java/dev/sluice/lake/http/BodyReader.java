package dev.sluice.lake.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** Gathers one body up to a limit. What lies beyond the limit is let pass and forgotten. */
final class BodyReader {
  private final long limit;
  private final Buffer gathered = Buffer.buffer();
  private boolean tooLarge;

  private BodyReader(long limit) {
    this.limit = limit;
  }

  /** Calls one of the two, once, when the body has arrived. */
  static void read(
      HttpServerRequest request, long limit, Consumer<Buffer> whole, Runnable tooLarge) {
    BodyReader reader = new BodyReader(limit);
    request.handler(reader::take);
    request.endHandler(
        end -> {
          if (reader.tooLarge) {
            tooLarge.run();
          } else {
            whole.accept(reader.gathered);
          }
        });
  }

  private void take(Buffer chunk) {
    if (tooLarge || gathered.length() + (long) chunk.length() > limit) {
      tooLarge = true;
    } else {
      gathered.appendBuffer(chunk);
    }
  }
}
