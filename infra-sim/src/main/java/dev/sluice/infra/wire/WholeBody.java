package dev.sluice.infra.wire;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** Gathers a body up to a limit; what lies beyond it is let pass and forgotten. */
final class WholeBody {
  private final long limit;
  private final Buffer gathered = Buffer.buffer();
  private boolean exceeded;

  private WholeBody(long limit) {
    this.limit = limit;
  }

  /** Calls one of the two, once, when the body has arrived. */
  static void read(
      HttpServerRequest request, long limit, Consumer<Buffer> whole, Runnable tooLarge) {
    WholeBody body = new WholeBody(limit);
    request.handler(body::take);
    request.endHandler(
        end -> {
          if (body.exceeded) {
            tooLarge.run();
          } else {
            whole.accept(body.gathered);
          }
        });
  }

  private void take(Buffer chunk) {
    if (exceeded || gathered.length() + (long) chunk.length() > limit) {
      exceeded = true;
    } else {
      gathered.appendBuffer(chunk);
    }
  }
}
