package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.daemon.Binding;
import dev.sluice.daemon.Service;
import dev.sluice.lake.access.Access;
import dev.sluice.lake.object.ObjectStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Serves a store as S3 does. The store, the event loops and the keys belong to whoever gives them.
 */
public final class S3Server implements Service {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int MAX_HEAD = 32 << 10;

  private final Vertx vertx;
  private final S3Settings settings;
  private final S3Service service;
  private final S3Metrics metrics;
  private final Patience patience;
  private final Connections connections;
  private final AtomicInteger underway = new AtomicInteger();
  private final AtomicLong requestIds;
  private Optional<HttpServer> server = Optional.empty();
  private Optional<WorkerExecutor> workers = Optional.empty();

  public S3Server(
      Vertx vertx,
      S3Settings settings,
      ObjectStore store,
      Access access,
      MeterRegistry metrics,
      InstantSource clock) {
    this.vertx = vertx;
    this.settings = settings;
    this.service = new S3Service(store, access, clock, settings);
    this.metrics = new S3Metrics(metrics);
    this.patience = new Patience(vertx, settings.patience(), settings.minRate().bytes());
    this.connections = new Connections(vertx, settings.idleTimeout(), settings.maxConnections());
    this.requestIds = new AtomicLong(clock.millis() << 20);
  }

  @Override
  public String name() {
    return "s3";
  }

  @Override
  public void start() throws Exception {
    WorkerExecutor executor =
        vertx.createSharedWorkerExecutor(
            "sluice-s3-" + requestIds.get(), settings.workers(), 1, TimeUnit.MINUTES);
    workers = Optional.of(executor);
    HttpServer http =
        vertx
            .createHttpServer(options())
            .connectionHandler(connections::opened)
            .requestHandler(request -> handle(request, executor))
            .invalidRequestHandler(this::invalid);
    server = Optional.of(http);
    Binding binding = new Binding(settings.host(), settings.port());
    http.listen()
        .recover(cause -> Future.failedFuture(binding.refused(cause)))
        .await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setHost(settings.host())
        .setPort(settings.port())
        .setHttp2ClearTextEnabled(false)
        .setHandle100ContinueAutomatically(false)
        .setMaxInitialLineLength(16 << 10)
        .setMaxHeaderSize(MAX_HEAD)
        .setMaxChunkSize(128 << 10)
        .setDecompressionSupported(false)
        .setIdleTimeout((int) settings.idleTimeout().toSeconds());
  }

  private void handle(HttpServerRequest request, WorkerExecutor executor) {
    if (connections.doomed(request.connection())) {
      return;
    }
    Optional<AwsFault> fault = Framing.fault(request);
    if (fault.isPresent()) {
      refuse(request, fault.get());
      return;
    }
    if (underway.incrementAndGet() > settings.maxRequests()) {
      underway.decrementAndGet();
      refuse(request, new AwsFault(503, "SlowDown", "Please reduce your request rate."));
      return;
    }
    HttpConnection connection = request.connection();
    connections.began(connection);
    new Exchange(request, Vertx.currentContext(), service, executor, metrics, patience, requestId())
        .run()
        .onComplete(
            done -> {
              connections.ended(connection);
              underway.decrementAndGet();
            });
  }

  private String requestId() {
    return HexFormat.of().withUpperCase().toHexDigits(requestIds.incrementAndGet());
  }

  private void invalid(HttpServerRequest request) {
    if (connections.doomed(request.connection())) {
      return;
    }
    Throwable cause = request.decoderResult().cause();
    AwsFault fault;
    if (cause instanceof TooLongHttpLineException) {
      fault = new AwsFault(414, "URITooLong", "The target of the request is too long.");
    } else if (cause instanceof TooLongHttpHeaderException) {
      fault =
          new AwsFault(
                  400,
                  "RequestHeaderSectionTooLarge",
                  "Your request header section exceeds the maximum allowed size.")
              .with("MaxSizeAllowed", Integer.toString(MAX_HEAD));
    } else {
      fault = new AwsFault(400, "BadRequest", "The request is not HTTP we understand.");
    }
    refuse(request, fault);
  }

  private void refuse(HttpServerRequest request, AwsFault fault) {
    connections.doom(request.connection());
    String id = requestId();
    metrics.request("Refused", fault.status(), Duration.ZERO);
    request
        .response()
        .setStatusCode(fault.status())
        .putHeader("x-amz-request-id", id)
        .putHeader("content-type", "application/xml")
        .putHeader("connection", "close")
        .end(fault.restXml("", id))
        .onComplete(sent -> request.connection().close());
  }

  /** Where clients find it; known once it has started. */
  public URI endpoint() {
    int port =
        server.orElseThrow(() -> new IllegalStateException("s3 is not started")).actualPort();
    return settings
        .endpoint()
        .orElseGet(() -> URI.create("http://" + settings.host() + ":" + port));
  }

  @Override
  public void stop() throws Exception {
    if (server.isPresent()) {
      server.get().shutdown(PATIENCE).await(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    if (workers.isPresent()) {
      workers.get().close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
