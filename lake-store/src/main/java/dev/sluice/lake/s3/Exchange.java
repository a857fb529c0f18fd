package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.WireRequest;
import dev.sluice.lake.object.StoreException;
import dev.sluice.lake.s3.S3Service.Admitted;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer. Lives on the event loop; whatever blocks goes to the workers. */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private static final long WATCHED = 64 << 10;

  private final HttpServerRequest request;
  private final Context loop;
  private final HttpServerResponse response;
  private final S3Service service;
  private final WorkerExecutor workers;
  private final Inflow inflow;
  private final S3Metrics metrics;
  private final Patience patience;
  private final String requestId;
  private final long started = System.nanoTime();
  private volatile String operation = "Unknown";
  private volatile Map<String, String> crossOrigin = Map.of();
  private final Promise<Void> lost = Promise.promise();
  private boolean bodyRead;
  private boolean bodyAwaited;

  Exchange(
      HttpServerRequest request,
      Context loop,
      S3Service service,
      WorkerExecutor workers,
      Inflow inflow,
      S3Metrics metrics,
      Patience patience,
      String requestId) {
    this.request = request;
    this.loop = loop;
    this.response = request.response();
    this.service = service;
    this.workers = workers;
    this.inflow = inflow;
    this.metrics = metrics;
    this.patience = patience;
    this.requestId = requestId;
  }

  /** Done when the answer is sent, or cannot be. */
  Future<Void> run() {
    request.exceptionHandler(lost::tryFail);
    bodyAwaited = !"100-continue".equalsIgnoreCase(request.getHeader("expect"));
    WireRequest wire = wire(request);
    return answer(wire).compose(this::send).recover(this::refuse).onComplete(sent -> measure());
  }

  private Future<S3Answer> answer(WireRequest wire) {
    if (FirstBytes.worthwhile(request)) {
      return FirstBytes.of(request, loop).compose(first -> answer(wire, first));
    }
    request.pause();
    return workers
        .executeBlocking(() -> start(wire), false)
        .compose(start -> proceed(start, Buffer.buffer()));
  }

  private Future<S3Answer> answer(WireRequest wire, FirstBytes first) {
    if (!first.whole()) {
      return workers
          .executeBlocking(() -> start(wire), false)
          .compose(start -> proceed(start, first.bytes()));
    }
    bodyRead = true;
    metrics.in(first.bytes().length());
    byte[] body = first.bytes().getBytes();
    return working(() -> perform(admit(wire), body));
  }

  /** Performs a request whose body is at hand. */
  private CompletionStage<S3Answer> perform(Admitted admitted, byte[] body) throws IOException {
    return closing(
        admitted.intake(),
        () -> {
          admitted.decoder().feed(ByteBuffer.wrap(body), admitted.intake());
          return service.begin(admitted);
        });
  }

  /** Work that blocks, and may leave its end to another thread. */
  @FunctionalInterface
  private interface Work {
    CompletionStage<S3Answer> begin() throws IOException;
  }

  /** Does it on a worker. The loop is visited once, with the answer. */
  private Future<S3Answer> working(Work work) {
    Promise<S3Answer> answer = Promise.promise();
    Future<Void> taken =
        workers.executeBlocking(
            () -> {
              begun(work)
                  .whenComplete(
                      (given, failure) ->
                          loop.runOnContext(any -> complete(answer, given, failure)));
              return null;
            },
            false);
    taken.onFailure(answer::tryFail);
    return answer.future();
  }

  private static CompletionStage<S3Answer> begun(Work work) {
    try {
      return work.begin();
    } catch (IOException | RuntimeException | Error e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private static void complete(Promise<S3Answer> answer, S3Answer given, Throwable failure) {
    if (failure == null) {
      answer.tryComplete(given);
    } else {
      answer.tryFail(failure instanceof CompletionException ? failure.getCause() : failure);
    }
  }

  /** Closes the intake when the work has ended. */
  private static CompletionStage<S3Answer> closing(Intake intake, Work work) {
    return begun(work)
        .whenComplete(
            (answer, failure) -> {
              try {
                intake.close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private Admitted admit(WireRequest wire) {
    if (wire.header("origin").isPresent()) {
      crossOrigin = service.crossOrigin(wire);
    }
    Admitted admitted = service.admit(wire);
    operation = admitted.operation().title();
    return admitted;
  }

  static WireRequest wire(HttpServerRequest request) {
    Map<String, List<String>> headers = new HashMap<>();
    request
        .headers()
        .forEach(
            (name, value) ->
                headers
                    .computeIfAbsent(name.toLowerCase(Locale.ROOT), each -> new ArrayList<>(1))
                    .add(utf8(value)));
    return WireRequest.of(request.method().name(), request.uri(), headers);
  }

  /** Netty gives each byte of a header as one character; clients mean UTF-8. */
  private static String utf8(String latin1) {
    return ascii(latin1)
        ? latin1
        : new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static String latin1(String text) {
    return ascii(text)
        ? text
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static boolean ascii(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** What the first visit to the workers came to: the answer, or a body to wait for. */
  private sealed interface Start {
    record Answered(S3Answer answer) implements Start {}

    record AwaitingBody(Admitted admitted) implements Start {}
  }

  /** A request that can have no body is performed at once: one visit to the workers and not two. */
  private Start start(WireRequest wire) throws IOException {
    Admitted admitted = admit(wire);
    boolean bodyless =
        admitted.intake() instanceof Intake.None && wire.header("transfer-encoding").isEmpty();
    return bodyless
        ? new Start.Answered(service.perform(admitted))
        : new Start.AwaitingBody(admitted);
  }

  private Future<S3Answer> proceed(Start start, Buffer first) {
    if (start instanceof Start.Answered answered) {
      bodyRead = true;
      request.resume();
      return Future.succeededFuture(answered.answer());
    }
    return receive(((Start.AwaitingBody) start).admitted(), first);
  }

  private Future<S3Answer> receive(Admitted admitted, Buffer first) {
    if (!bodyAwaited) {
      bodyAwaited = true;
      response.writeContinue();
    }
    return new BodyPump(request, lost.future(), workers, inflow, admitted, metrics, patience)
        .run(first)
        .onSuccess(all -> bodyRead = true)
        .transform(
            received ->
                working(
                    () ->
                        closing(
                            admitted.intake(),
                            () -> {
                              if (received.failed()) {
                                throw new BrokenOff(received.cause());
                              }
                              return service.begin(admitted);
                            })));
  }

  /** Carries why a body did not come in whole past the closing of its intake. */
  private static final class BrokenOff extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenOff(Throwable cause) {
      super(cause);
    }
  }

  private Future<Void> send(S3Answer answer) {
    return answer.body() instanceof S3Answer.Body.Bytes bytes
        ? sendBytes(answer, bytes)
        : sendText(answer);
  }

  private Future<Void> sendBytes(S3Answer answer, S3Answer.Body.Bytes bytes) {
    try {
      head(answer.status(), answer.headers());
      response.putHeader("content-length", Long.toString(bytes.length()));
      metrics.out(bytes.length());
    } catch (RuntimeException e) {
      bytes.object().close();
      throw e;
    }
    Future<Void> sent = new AnswerPump(response, workers, bytes).run();
    if (bytes.length() <= WATCHED) {
      // It fits into the socket; a client that never reads it is an idle one.
      return sent;
    }
    long millis = patience.toRead(bytes.length()).toMillis();
    long timer = patience.vertx().setTimer(millis, late -> request.connection().close());
    return sent.onComplete(all -> patience.vertx().cancelTimer(timer));
  }

  private Future<Void> sendText(S3Answer answer) {
    head(answer.status(), answer.headers());
    S3Answer.Body body = answer.body();
    if (body instanceof S3Answer.Body.Announced announced) {
      response.putHeader("content-length", Long.toString(announced.length()));
      return response.end();
    }
    if (body instanceof S3Answer.Body.Document document) {
      return document(document.xml());
    }
    if (body instanceof S3Answer.Body.Whole whole) {
      metrics.out(whole.bytes().remaining());
      return response.end(Buffer.buffer(whole.bytes().array()));
    }
    if (answer.status() != 204 && answer.status() != 304) {
      response.putHeader("content-length", "0");
    }
    return response.end();
  }

  private void head(int status, Map<String, String> headers) {
    response.setStatusCode(status);
    headers.forEach((name, value) -> response.putHeader(name, latin1(value)));
    crossOrigin.forEach(response::putHeader);
    response.putHeader("x-amz-request-id", requestId);
    response.putHeader("x-amz-id-2", requestId);
    response.putHeader("server", "Sluice");
    response.putHeader("date", Answers.httpDate(service.now()));
  }

  private Future<Void> document(String xml) {
    Buffer buffer = Buffer.buffer(xml);
    response.putHeader("content-type", "application/xml");
    metrics.out(buffer.length());
    return response.end(buffer);
  }

  private Future<Void> refuse(Throwable thrown) {
    Throwable failure = thrown instanceof BrokenOff broken ? broken.getCause() : thrown;
    if (failure instanceof HttpClosedException || response.closed() || response.ended()) {
      return Future.failedFuture(failure);
    }
    if (response.headWritten()) {
      if (failure instanceof StoreException || failure instanceof EOFException) {
        LOG.error("request {} broke off: {}", requestId, failure.getMessage());
      } else {
        LOG.debug("request {} broke off", requestId, failure);
      }
      return request.connection().close();
    }
    Map<String, String> headers = Map.of();
    AwsFault fault;
    if (failure instanceof AwsFault aws) {
      fault = aws;
    } else if (failure instanceof StoreException store) {
      fault = Faults.of(store);
    } else if (failure instanceof MarkerFault marker) {
      fault = marker.fault();
      headers = Map.of("x-amz-delete-marker", "true", "x-amz-version-id", marker.markerId());
    } else {
      LOG.error("request {} failed", requestId, failure);
      fault = Faults.internal();
    }
    return answer(fault, headers);
  }

  private Future<Void> answer(AwsFault fault, Map<String, String> headers) {
    response.headers().clear();
    head(fault.status(), headers);
    // A client that was never told to go on sends no body, or sends it anyway: nobody can tell.
    boolean slow = fault.code().equals(Faults.SLOW);
    boolean close = !bodyRead && (slow || !bodyAwaited || !Drain.worthwhile(request));
    if (close) {
      response.putHeader("connection", "close");
    }
    boolean silent = request.method().name().equals("HEAD") || fault.status() == 304;
    Future<Void> sent =
        silent
            ? response.end()
            : document(
                fault.restXml(WireRequest.of("", request.uri(), Map.of()).rawPath(), requestId));
    if (bodyRead) {
      return sent;
    }
    return bodyAwaited && !slow
        ? sent.compose(
            all ->
                close
                    ? Drain.thenClose(request, lost.future(), patience)
                    : Drain.rest(request, lost.future(), patience))
        : sent.compose(all -> request.connection().close());
  }

  private void measure() {
    metrics.request(
        operation, response.getStatusCode(), Duration.ofNanos(System.nanoTime() - started));
  }
}
