package dev.sluice.ingest.gateway;

import dev.sluice.ingest.door.Lobby;
import dev.sluice.ingest.door.OpenRoom;
import dev.sluice.ingest.gateway.GatewaySettings.Access;
import dev.sluice.ingest.key.RateLimit;
import dev.sluice.ingest.key.Ruling;
import dev.sluice.ingest.key.WriteKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;

/** The gateway's table, mounted: {@code /STAGE/…}. */
public final class GatewayRoom implements OpenRoom {
  private static final int KEPT_SECONDS = 10;

  /** To one service; each route says itself how many of its requests are under way. */
  private static final int CONNECTIONS = 4096;

  private static final int LONGEST_LOOP = 5;

  private final Vertx vertx;
  private final Map<String, List<Gate>> stages = new HashMap<>();
  private final Map<Gate, RateLimit> limits = new HashMap<>();
  private final MeterRegistry meters;

  public GatewayRoom(
      Vertx vertx, GatewaySettings settings, InstantSource clock, MeterRegistry meters) {
    this.vertx = Objects.requireNonNull(vertx, "vertx");
    this.meters = Objects.requireNonNull(meters, "meters");
    settings
        .stages()
        .forEach(
            (stage, said) -> {
              List<Gate> gates = new ArrayList<>();
              said.routes().forEach(route -> gates.add(new Gate(stage, route, clock)));
              gates.sort(Comparator.comparingInt(Gate::weight).reversed());
              stages.put(stage, List.copyOf(gates));
              gates.forEach(gate -> fit(gate, clock));
            });
  }

  private void fit(Gate gate, InstantSource clock) {
    gate.settings()
        .rate()
        .ifPresent(
            rate ->
                limits.put(gate, new RateLimit(rate, gate.settings().burst().orElse(rate), clock)));
    Gauge.builder(
            "sluice.gateway.open",
            gate,
            own -> own.breaker().circuit() instanceof Circuit.Closed ? 0 : 1)
        .description("1 while the route's circuit is not closed")
        .tag("route", gate.name())
        .register(meters);
    Gauge.builder("sluice.gateway.under.way", gate, Gate::underWay)
        .description("requests under way")
        .tag("route", gate.name())
        .register(meters);
  }

  @Override
  public boolean has(String path) {
    int end = path.indexOf('/', 1);
    return end > 0 && stages.containsKey(path.substring(1, end));
  }

  @Override
  public void mount(Router router, Lobby lobby) {
    if (stages.isEmpty()) {
      return;
    }
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setDecompressionSupported(false)
                .setKeepAliveTimeout(KEPT_SECONDS),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    stages.forEach(
        (stage, gates) ->
            router
                .route("/" + stage + "/*")
                .handler(routing -> handle(routing, gates, client, lobby)));
  }

  private void handle(RoutingContext routing, List<Gate> gates, HttpClient client, Lobby lobby) {
    HttpServerRequest request = routing.request();
    String path = routing.normalizedPath();
    List<Gate> leading = gates.stream().filter(gate -> gate.leads(path)).toList();
    Optional<Gate> found =
        leading.stream().filter(gate -> gate.takes(request.method().name())).findFirst();
    if (found.isEmpty()) {
      missed(request, leading, lobby);
      return;
    }
    Gate gate = found.get();
    if (!admitted(request, gate, lobby) || !withinLimit(request, gate, lobby)) {
      return;
    }
    if (gate.settings().service().isPresent()) {
      serve(routing, gate, path);
    } else {
      pass(request, gate, client, path, lobby);
    }
  }

  private void missed(HttpServerRequest request, List<Gate> leading, Lobby lobby) {
    if (leading.isEmpty()) {
      lobby.bodies().refuse(request, 404, "no-route", "no route leads there");
      return;
    }
    TreeSet<String> methods = new TreeSet<>();
    leading.forEach(gate -> methods.addAll(gate.settings().methods()));
    request.response().putHeader("Allow", String.join(", ", methods));
    lobby.bodies().refuse(request, 405, "method-not-allowed", "no route takes " + request.method());
  }

  private static boolean admitted(HttpServerRequest request, Gate gate, Lobby lobby) {
    if (gate.settings().access() == Access.OPEN) {
      return true;
    }
    Optional<WriteKey> key = lobby.keys().apply(request);
    if (key.isEmpty()) {
      return false;
    }
    List<String> named = gate.settings().keys();
    if (named.isEmpty() || named.contains(key.get().name())) {
      return true;
    }
    lobby
        .bodies()
        .refuse(request, 403, "scope", "the key " + key.get().name() + " does not open this route");
    return false;
  }

  private boolean withinLimit(HttpServerRequest request, Gate gate, Lobby lobby) {
    RateLimit limit = limits.get(gate);
    if (limit == null || !(limit.take() instanceof Ruling.Exceeded exceeded)) {
      return true;
    }
    retryAfter(request, exceeded.retryAfter());
    lobby.bodies().refuse(request, 429, "rate", "too many requests for this route");
    return false;
  }

  private static void retryAfter(HttpServerRequest request, Duration pause) {
    long seconds = Math.max(1, pause.plusMillis(999).toSeconds());
    request.response().putHeader("Retry-After", Long.toString(seconds));
  }

  /** One of ours answers, as if it had been asked at its own place. */
  private static void serve(RoutingContext routing, Gate gate, String path) {
    HttpServerRequest request = routing.request();
    String query = request.query() == null ? "" : "?" + request.query();
    String place = gate.behind(gate.settings().service().orElseThrow(), path) + query;
    // Before it is asked: it may answer at once. The response's own, for a reroute drops the
    // others.
    request
        .response()
        .headersEndHandler(
            end -> Headers.change(request.response().headers(), gate.settings().answer()));
    routing.reroute(place);
  }

  private void pass(
      HttpServerRequest request, Gate gate, HttpClient client, String path, Lobby lobby) {
    long hops =
        String.join(",", request.headers().getAll("Via")).split("1\\.1 sluice", -1).length - 1L;
    if (hops >= LONGEST_LOOP) {
      lobby.bodies().refuse(request, 508, "loop", "the request came by here several times");
      return;
    }
    if (!gate.enter()) {
      retryAfter(request, Duration.ofSeconds(1));
      count(gate, OptionalInt.of(503));
      lobby.bodies().refuse(request, 503, "busy", "too many requests of this route are under way");
      return;
    }
    OptionalLong era = gate.breaker().pass();
    if (era.isEmpty()) {
      gate.leave();
      retryAfter(request, gate.breaker().left());
      count(gate, OptionalInt.of(503));
      lobby
          .bodies()
          .refuse(request, 503, "circuit-open", "the service fails and is left alone for a while");
      return;
    }
    new Exchange(
            vertx, request, gate, era.getAsLong(), lobby.bodies(), status -> count(gate, status))
        .run(client, path);
  }

  private void count(Gate gate, OptionalInt status) {
    Counter.builder("sluice.gateway.requests")
        .description("requests by route and status")
        .tag("route", gate.name())
        .tag("status", status.isPresent() ? Integer.toString(status.getAsInt()) : "gone")
        .register(meters)
        .increment();
  }
}
