package dev.sluice.infra.wire;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.Credential;
import dev.sluice.awswire.Verification;
import dev.sluice.awswire.Verifier;
import dev.sluice.awswire.WireRequest;
import dev.sluice.daemon.Binding;
import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Service;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one port of the simulated cloud. A request goes to the handler mounted for the service its
 * signature names, on a worker thread, after its signature was verified against its whole body.
 */
public final class CloudServer implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(CloudServer.class);

  private final Vertx vertx;
  private final CloudSettings settings;
  private final Binding binding;
  private final Map<String, CloudHandler> handlers;
  private final Map<String, Verifier> verifiers = new HashMap<>();
  private final InstantSource clock;
  private final DaemonPages pages;
  private final UnknownService unknown;
  private final AtomicLong requests = new AtomicLong();
  private final ThreadPoolExecutor workers;
  private Optional<HttpServer> server = Optional.empty();

  /**
   * @param handlers by the service name of the signature: {@code ec2}, {@code monitoring}
   * @param keys the secret of an access key
   */
  public CloudServer(
      Vertx vertx,
      CloudSettings settings,
      Map<String, CloudHandler> handlers,
      Function<String, Optional<Credential>> keys,
      InstantSource clock,
      DaemonPages pages) {
    this.vertx = vertx;
    this.settings = settings;
    this.binding = settings.binding();
    this.handlers = Map.copyOf(handlers);
    this.handlers.keySet().forEach(name -> verifiers.put(name, new Verifier(name, keys)));
    this.clock = clock;
    this.pages = pages;
    this.unknown = new UnknownService(this.handlers.keySet());
    AtomicLong number = new AtomicLong();
    this.workers =
        new ThreadPoolExecutor(
            settings.workers(),
            settings.workers(),
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(settings.queue()),
            work -> new Thread(work, "cloud-" + number.incrementAndGet()));
    workers.allowCoreThreadTimeOut(true);
  }

  @Override
  public String name() {
    return "cloud port";
  }

  @Override
  public void start() throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            // AWS's clients speak HTTP/1.1 in the clear, and their signature covers its Host
            // header.
            .setHttp2ClearTextEnabled(false)
            .setHandle100ContinueAutomatically(true)
            .setIdleTimeout((int) settings.idle().toSeconds());
    server =
        Optional.of(
            vertx
                .createHttpServer(options)
                .requestHandler(this::handle)
                .listen(settings.port(), settings.host())
                .recover(cause -> Future.failedFuture(binding.refused(cause)))
                .toCompletionStage()
                .toCompletableFuture()
                .get());
  }

  @Override
  public void stop() throws Exception {
    if (server.isPresent()) {
      server.get().close().toCompletionStage().toCompletableFuture().get();
      server = Optional.empty();
    }
    workers.shutdown();
    if (!workers.awaitTermination(settings.patience().toMillis(), TimeUnit.MILLISECONDS)) {
      workers.shutdownNow();
      throw new IllegalStateException("requests still run after " + settings.patience());
    }
  }

  /** Where it listens, once started. */
  public URI address() {
    int port = server.orElseThrow(() -> new IllegalStateException("not started")).actualPort();
    return URI.create("http://" + settings.host() + ":" + port);
  }

  private void handle(HttpServerRequest request) {
    String requestId = new UUID(0x5155_4943_4500_4000L, requests.incrementAndGet()).toString();
    if (!binding.answersTo(Optional.ofNullable(request.getHeader("Host")))) {
      send(request, requestId, misdirected());
      return;
    }
    if (pages.answered(request)) {
      return;
    }
    WireRequest wire = WireRequest.of(request.method().name(), request.uri(), headers(request));
    Optional<String> service = SignedService.of(wire);
    CloudHandler handler =
        service.map(each -> handlers.getOrDefault(each, unknown)).orElse(unknown);
    WholeBody.read(
        request,
        settings.maxBody().bytes(),
        body -> dispatch(request, handler, service, new Arrived(requestId, wire, body)),
        () -> send(request, requestId, handler.refuse(tooLarge(), requestId)));
  }

  /** A request that is all here. */
  private record Arrived(String id, WireRequest wire, Buffer body) {}

  private void dispatch(
      HttpServerRequest request, CloudHandler handler, Optional<String> service, Arrived arrived) {
    Context context = vertx.getOrCreateContext();
    try {
      workers.execute(
          () -> {
            CloudReply reply = answer(handler, service.map(verifiers::get), arrived);
            context.runOnContext(nothing -> send(request, arrived.id(), reply));
          });
    } catch (RejectedExecutionException full) {
      AwsFault busy = new AwsFault(503, "RequestLimitExceeded", "Request limit exceeded.");
      send(request, arrived.id(), handler.refuse(busy, arrived.id()));
    }
  }

  private CloudReply answer(CloudHandler handler, Optional<Verifier> verifier, Arrived arrived) {
    try {
      return handler.answer(verified(verifier, arrived));
    } catch (AwsFault fault) {
      return handler.refuse(fault, arrived.id());
    } catch (RuntimeException failure) {
      LOG.error("request {} failed", arrived.id(), failure);
      AwsFault fault =
          new AwsFault(500, "InternalError", "The request failed on the server: " + failure);
      return handler.refuse(fault, arrived.id());
    }
  }

  /** An unmounted service has no verifier: its handler refuses whoever asks. */
  private CloudCall verified(Optional<Verifier> verifier, Arrived arrived) {
    byte[] body = arrived.body().getBytes();
    if (verifier.isEmpty()) {
      return new CloudCall(arrived.id(), "", arrived.wire(), body);
    }
    Verification verification = verifier.get().verifyWhole(arrived.wire(), body, clock.instant());
    if (verification instanceof Verification.Verified whom) {
      return new CloudCall(arrived.id(), whom.scope().region(), arrived.wire(), body);
    }
    if (verification instanceof Verification.Rejected rejected) {
      throw rejected.fault();
    }
    throw new AwsFault(403, "MissingAuthenticationToken", "The request is not signed.");
  }

  private CloudReply misdirected() {
    AwsFault fault =
        new AwsFault(
            421, "InvalidHost", "The Host header names another host than " + settings.host() + ".");
    return unknown.refuse(fault, "");
  }

  private AwsFault tooLarge() {
    return new AwsFault(
        413,
        "RequestEntityTooLarge",
        "The request's body is larger than " + settings.maxBody().bytes() + " bytes.");
  }

  private static Map<String, List<String>> headers(HttpServerRequest request) {
    Map<String, List<String>> headers = new HashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      headers.computeIfAbsent(header.getKey(), name -> new ArrayList<>()).add(header.getValue());
    }
    return headers;
  }

  private static void send(HttpServerRequest request, String requestId, CloudReply reply) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      return;
    }
    response
        .setStatusCode(reply.status())
        .putHeader("x-amzn-RequestId", requestId)
        .putHeader("Content-Type", reply.contentType());
    if (request.method().equals(HttpMethod.HEAD)) {
      response.end();
    } else {
      response.end(reply.body());
    }
  }
}
