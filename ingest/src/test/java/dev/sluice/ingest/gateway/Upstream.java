package dev.sluice.ingest.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A small HTTP service with all the faults of large ones. */
final class Upstream implements AutoCloseable {
  static final int PART = 64 << 10;

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  final AtomicInteger asked = new AtomicInteger();
  final AtomicInteger status = new AtomicInteger(200);
  final AtomicInteger gone = new AtomicInteger();
  final AtomicLong written = new AtomicLong();

  Upstream() throws Exception {
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
  }

  String uri() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  private void answer(HttpServerRequest request) {
    asked.incrementAndGet();
    HttpServerResponse response = request.response();
    String path = request.path();
    if (path.endsWith("/slow")) {
      request.connection().closeHandler(closed -> gone.incrementAndGet());
    } else if (path.endsWith("/die")) {
      request.connection().close();
    } else if (path.endsWith("/half")) {
      response.putHeader("Content-Length", "1000");
      response.write("half of it").onComplete(sent -> request.connection().close());
    } else if (path.endsWith("/half-chunked")) {
      response.setChunked(true);
      response.write("half of it").onComplete(sent -> request.connection().close());
    } else if (path.endsWith("/stall")) {
      response.setChunked(true);
      response.write("a first part");
    } else if (path.endsWith("/huge")) {
      huge(response, Long.parseLong(request.getParam("bytes")));
    } else if (path.endsWith("/status")) {
      response.setStatusCode(status.get()).end();
    } else {
      echo(request);
    }
  }

  private void echo(HttpServerRequest request) {
    AtomicLong length = new AtomicLong();
    request.handler(part -> length.addAndGet(part.length()));
    request.endHandler(
        end -> {
          JsonObject headers = new JsonObject();
          request
              .headers()
              .names()
              .forEach(
                  name ->
                      headers.put(
                          name.toLowerCase(Locale.ROOT),
                          String.join(", ", request.headers().getAll(name))));
          request
              .response()
              .putHeader("X-Powered-By", "nobody's business")
              .putHeader("Connection", "close, X-Hop")
              .putHeader("X-Hop", "one")
              .end(
                  new JsonObject()
                      .put("method", request.method().name())
                      .put("uri", request.uri())
                      .put("length", length.get())
                      .put("headers", headers)
                      .encode());
        });
  }

  /** Writes no faster than it is read. */
  private void huge(HttpServerResponse response, long bytes) {
    response.putHeader("Content-Length", Long.toString(bytes));
    Buffer part = Buffer.buffer(new byte[PART]);
    long[] left = {bytes};
    Runnable[] write = {null};
    write[0] =
        () -> {
          while (left[0] > 0 && !response.writeQueueFull() && !response.closed()) {
            response.write(part.copy());
            left[0] -= PART;
            written.addAndGet(PART);
          }
          if (left[0] <= 0 && !response.ended()) {
            response.end();
          } else {
            response.drainHandler(drained -> write[0].run());
          }
        };
    write[0].run();
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
