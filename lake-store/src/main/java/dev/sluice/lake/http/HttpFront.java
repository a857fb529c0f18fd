package dev.sluice.lake.http;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.ByteSize;
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
import io.vertx.core.net.HostAndPort;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP server over areas. It owns the areas' workers: they are joined when it stops. */
public final class HttpFront implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
  private static final long PATIENCE_SECONDS = 30;
  private static final int MAX_HEADER_BYTES = 32 * 1024;
  private static final String OURS = "/api/";

  private final String name;
  private final Binding binding;
  private final ByteSize maxBody;
  private final Gate gate;
  private final DaemonPages pages;
  private final List<Area> areas;
  private final Vertx vertx;
  private Optional<HttpServer> server = Optional.empty();

  public HttpFront(
      String name,
      Binding binding,
      Gate gate,
      DaemonPages pages,
      List<Area> areas,
      ByteSize maxBody,
      Vertx vertx) {
    this.name = name;
    this.binding = binding;
    this.maxBody = maxBody;
    this.gate = gate;
    this.pages = pages;
    this.areas = List.copyOf(areas);
    this.vertx = vertx;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void start() throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setDecompressionSupported(true)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setIdleTimeout(300);
    HttpServer listening =
        vertx
            .createHttpServer(options)
            .requestHandler(this::handle)
            .listen(binding.port(), binding.host())
            .recover(cause -> Future.failedFuture(binding.refused(cause)))
            .toCompletionStage()
            .toCompletableFuture()
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    server = Optional.of(listening);
  }

  @Override
  public void stop() throws Exception {
    if (server.isPresent()) {
      server
          .get()
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      server = Optional.empty();
    }
    for (Area area : areas) {
      area.workers().stop();
    }
  }

  /** Where it listens; only while it runs. */
  public URI uri() {
    int port = server.orElseThrow(() -> new IllegalStateException(name + " is down")).actualPort();
    String shown = binding.host().contains(":") ? "[" + binding.host() + "]" : binding.host();
    return URI.create("http://" + shown + ":" + port);
  }

  /** Everything of ours that is served. */
  public List<Route> routes() {
    return areas.stream().flatMap(area -> area.routes().stream()).toList();
  }

  private void handle(HttpServerRequest request) {
    Optional<String> authority = Optional.ofNullable(request.authority()).map(HostAndPort::host);
    Optional<String> authorization = Optional.ofNullable(request.getHeader("Authorization"));
    String path = request.path() == null ? "" : request.path();
    Gate.Verdict verdict =
        areas.stream().anyMatch(area -> area.open(path))
            ? gate.open(authority)
            : gate.judge(authority, authorization);
    if (verdict instanceof Gate.Turned turned) {
      reply(request, turned.reply());
      return;
    }
    String caller = ((Gate.Enter) verdict).caller();
    if (pages.answered(request)) {
      return;
    }
    Optional<Area> owner = areas.stream().filter(area -> area.owns(path)).findFirst();
    if (owner.isEmpty()) {
      reply(request, Reply.error(404, "NotFoundException", "nothing is served at " + path));
      return;
    }
    BodyReader.read(
        request,
        maxBody.bytes(),
        body -> dispatch(request, path, caller, owner.get(), body),
        () ->
            reply(
                request,
                Reply.error(
                    413,
                    "BadRequestException",
                    "the request body is larger than " + maxBody.bytes() + " bytes")));
  }

  private void dispatch(
      HttpServerRequest request, String path, String caller, Area area, Buffer body) {
    Map<String, String> query = new LinkedHashMap<>();
    for (Map.Entry<String, String> parameter : request.params()) {
      if (query.put(parameter.getKey(), parameter.getValue()) != null) {
        String doubled = "query parameter '" + parameter.getKey() + "' is given twice";
        reply(request, Reply.error(400, "BadRequestException", doubled));
        return;
      }
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
    }
    Call call = new Call(request.method().name(), path, query, headers, caller, body);
    if (path.startsWith(OURS)) {
      Optional<Reply> refusal = Route.refusal(area.routes(), call);
      if (refusal.isPresent()) {
        reply(request, refusal.get());
        return;
      }
    }
    Context context = vertx.getOrCreateContext();
    ResponseStream stream = new ResponseStream(request, context);
    boolean taken = area.workers(call).offer(() -> serve(request, context, stream, area, call));
    if (!taken) {
      // 429 and not 503: nothing was done, and a commit answered 503 counts as unknown to Iceberg.
      Reply busy =
          Reply.error(429, "TooManyRequestsException", "too many requests wait; nothing was done");
      reply(request, busy.with("Retry-After", "1"));
    }
  }

  private static void serve(
      HttpServerRequest request, Context context, ResponseStream stream, Area area, Call call) {
    if (stream.gone()) {
      return;
    }
    Reply whole;
    try {
      Answer answer = area.answer(call);
      if (answer instanceof Streamed streamed) {
        stream(stream, streamed, call)
            .ifPresent(refusal -> context.runOnContext(nothing -> reply(request, refusal)));
        return;
      }
      whole = (Reply) answer;
    } catch (RuntimeException | Error failure) {
      whole = failed(call, failure);
    }
    Reply reply = whole;
    area.leave(call, reply).thenRun(() -> context.runOnContext(nothing -> reply(request, reply)));
  }

  /** Writes a streamed answer; what there is to say instead, if nothing of it has left. */
  private static Optional<Reply> stream(ResponseStream stream, Streamed streamed, Call call) {
    Reply refusal;
    try {
      stream.run(streamed);
      return Optional.empty();
    } catch (RefusedCallException refused) {
      refusal = refused.reply();
    } catch (IOException | RuntimeException | Error failure) {
      refusal = failed(call, failure);
    }
    if (stream.begun()) {
      stream.breakOff();
      return Optional.empty();
    }
    for (Map.Entry<String, String> header : streamed.headers().entrySet()) {
      refusal = refusal.with(header.getKey(), header.getValue());
    }
    return Optional.of(refusal);
  }

  private static Reply failed(Call call, Throwable failure) {
    if (failure instanceof ClientGoneException) {
      LOG.debug("{} {} is not waited for", call.method(), call.path());
    } else {
      LOG.error("{} {} failed", call.method(), call.path(), failure);
    }
    return Reply.error(500, "InternalServerError", "the server failed: " + failure);
  }

  private static void reply(HttpServerRequest request, Reply reply) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      return;
    }
    response.setStatusCode(reply.status());
    reply.headers().forEach(response::putHeader);
    if (reply.body().length() == 0 || request.method().equals(HttpMethod.HEAD)) {
      response.end();
    } else {
      response.putHeader("Content-Type", "application/json");
      response.end(reply.body());
    }
  }
}
