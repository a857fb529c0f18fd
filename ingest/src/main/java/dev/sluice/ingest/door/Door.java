package dev.sluice.ingest.door;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Service;
import dev.sluice.ingest.intake.EventSender;
import dev.sluice.ingest.spool.Spool;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server. A request passes the connection's deadline, the host name, the key, and then its
 * route; a stop turns new requests away and waits for those under way.
 */
public final class Door implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(Door.class);
  private static final Duration OPENING = Duration.ofSeconds(20);
  private static final Duration FAILING = Duration.ofSeconds(5);
  private static final int HEADER_BYTES = 16 << 10;
  private static final int LINE_BYTES = 4 << 10;
  private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final int FIRST = -1;
  private static final int BEFORE_ALL = -2;

  private final DoorSettings settings;
  private final Fittings fittings;
  private final Guard guard;
  private final Connections connections;
  private final DoorMeters meters;
  private final Replies replies;
  private final CrossOrigin origins;
  // One party for the door itself, one for each request under way.
  private final Phaser underWay = new Phaser(1);
  private volatile boolean closing;
  private volatile Optional<EventSender> sender = Optional.empty();
  private Optional<HttpServer> server = Optional.empty();
  private volatile int boundPort;
  private volatile List<Route> routes = List.of();

  public Door(DoorSettings settings, Fittings fittings) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.fittings = Objects.requireNonNull(fittings, "fittings");
    this.origins = new CrossOrigin(settings.origins());
    this.connections =
        new Connections(fittings.vertx(), settings.maxConnections(), settings.headerPatience());
    this.meters = new DoorMeters(fittings.meters());
    this.replies = new Replies(fittings.vertx(), meters);
    this.guard = new Guard(settings.binding(), fittings.keys(), replies);
    Gauge.builder("sluice.door.connections", connections, Connections::open)
        .description("open connections")
        .register(fittings.meters());
  }

  @Override
  public String name() {
    return "door";
  }

  @Override
  public void start() throws Exception {
    EventSender events =
        new EventSender(
            fittings.producer().get(),
            settings.intake(),
            fittings.durability(),
            fittings.clock(),
            fittings.meters(),
            fittings.enrichment(),
            settings.spool().bytes() == 0
                ? Optional.empty()
                : Optional.of(Spool.open(fittings.spool(), settings.spool().bytes())));
    sender = Optional.of(events);
    Router router = router(events);
    HttpServer http =
        fittings
            .vertx()
            .createHttpServer(options())
            .connectionHandler(connections::opened)
            .invalidRequestHandler(this::invalid)
            .requestHandler(request -> enter(request, router));
    server = Optional.of(http);
    try {
      await(http.listen(settings.port(), settings.host()), OPENING);
    } catch (ExecutionException e) {
      throw cannotListen(e.getCause());
    }
    boundPort = http.actualPort();
  }

  @Override
  public void stop() throws Exception {
    closing = true;
    int phase = underWay.arrive();
    try {
      underWay.awaitAdvanceInterruptibly(
          phase, settings.drainPatience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("requests are still under way after {}; closing on them", settings.drainPatience());
    }
    if (server.isPresent()) {
      await(server.get().close(), settings.drainPatience());
    }
    if (sender.isPresent()) {
      sender.get().drain();
    }
  }

  /** Whether it is open and the log has lately held what it was given. */
  public Health.State state() {
    if (boundPort == 0 || closing) {
      return new Health.Down("not open");
    }
    return sender.map(EventSender::state).orElseGet(Health.Up::new);
  }

  /** Where it is, once started. */
  public URI uri() {
    if (boundPort == 0) {
      throw new IllegalStateException("the door is not open");
    }
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return URI.create("http://" + host + ":" + boundPort);
  }

  private Router router(EventSender events) {
    Router router = Router.router(fittings.vertx());
    Budget budget = new Budget(settings.maxWaitingBytes().bytes());
    Reception reception =
        new Reception(
            fittings.vertx(),
            settings,
            budget,
            events,
            replies,
            new Allowances(replies, meters),
            fittings.clock());
    new EventsRoute(fittings.streams(), guard, replies, reception).mount(router);
    router.route().order(BEFORE_ALL).handler(this::passAgain);
    new StreamsRoute(fittings.streams(), replies).mount(router);
    new BrowserRoutes(
            fittings.vertx(),
            fittings.streams(),
            guard,
            replies,
            reception,
            events,
            new QueryEvents(fittings.clock(), fittings.ids()))
        .mount(router);
    new StatusRoutes(this::notReady, replies).mount(router);
    List<Route> own = List.copyOf(router.getRoutes());
    fittings.rooms().forEach(room -> room.accept(router));
    routes = List.copyOf(router.getRoutes());
    routes.stream()
        .filter(route -> !own.contains(route) && changing(route))
        .forEach(route -> router.route(route.getPath()).order(FIRST).handler(this::passWithKey));
    Bodies bodies = new Bodies(fittings.vertx(), settings.bodyPatience(), budget, replies);
    fittings
        .openRooms()
        .forEach(room -> room.mount(router, new Lobby(events, bodies, guard::admit)));
    router.errorHandler(
        404,
        routing ->
            replies.error(
                routing.request(), 404, "not-found", "nothing is at " + shown(routing.request())));
    router.errorHandler(
        405,
        routing ->
            replies.error(
                routing.request(),
                405,
                "method-not-allowed",
                routing.request().method() + " is not for " + shown(routing.request())));
    router.errorHandler(
        400,
        routing -> replies.error(routing.request(), 400, "bad-request", "the path is malformed"));
    router.errorHandler(
        500,
        routing -> {
          LOG.error("{} failed", shown(routing.request()), routing.failure());
          replies.error(routing.request(), 500, "internal", "the door failed; its log says why");
        });
    return router;
  }

  /** Why it should be sent nothing at the moment; empty when it is ready. */
  private Optional<String> notReady() {
    if (closing) {
      return Optional.of("the door is closing");
    }
    // Asked for some seconds only: nothing else tells that the log is back but a request.
    return sender
        .flatMap(EventSender::failed)
        .filter(failed -> fittings.clock().instant().isBefore(failed.plus(FAILING)))
        .map(failed -> "the log did not take the last request's events");
  }

  /** What it serves besides the daemon's pages, once started: {@code GET /v1/streams}. */
  public List<String> routes() {
    return routes.stream()
        .filter(route -> route.methods() != null && route.getPath() != null)
        .flatMap(route -> route.methods().stream().map(method -> method + " " + route.getPath()))
        .sorted()
        .toList();
  }

  private static boolean changing(Route route) {
    return route.methods() == null || !READING.containsAll(route.methods());
  }

  /** What a room lets people change, only who holds the key may change. */
  private void passWithKey(RoutingContext routing) {
    if (READING.contains(routing.request().method()) || guard.admitToAll(routing.request())) {
      routing.next();
    }
  }

  private static String shown(HttpServerRequest request) {
    String path = String.valueOf(request.path());
    return path.length() <= 100 ? path : path.substring(0, 100) + "…";
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setHttp2ClearTextEnabled(false)
        .setMaxHeaderSize(HEADER_BYTES)
        .setMaxInitialLineLength(LINE_BYTES)
        .setHandle100ContinueAutomatically(false)
        .setDecompressionSupported(false)
        .setCompressionSupported(false);
  }

  private void enter(HttpServerRequest request, Router router) {
    connections.hasRequest(request.connection());
    underWay.register();
    AtomicBoolean inside = new AtomicBoolean(true);
    HttpServerResponse response = request.response();
    response.endHandler(
        answered -> {
          leave(inside);
          connections.awaitsRequest(request.connection());
        });
    // Comes alone when the sender went away before its answer.
    response.closeHandler(gone -> leave(inside));
    if (closing && !request.path().equals("/readyz")) {
      replies.error(request, 503, "closing", "the door is closing; send it again in a moment");
    } else if (!guard.namesThisMachine(request)) {
      replies.error(
          request,
          403,
          "wrong-host",
          "the Host header must name this machine: localhost or 127.0.0.1");
    } else if (!origins.answered(request)
        && (open(String.valueOf(request.path()))
            || guard.passes(request, String.valueOf(request.path())))
        && !fittings.pages().answered(request)) {
      router.handle(request);
    }
  }

  /** The path that finds the route has lost its dots, and may have left the open room by them. */
  private void passAgain(RoutingContext routing) {
    String path = routing.normalizedPath();
    if (open(path) || guard.passes(routing.request(), path)) {
      routing.next();
    }
  }

  private boolean open(String path) {
    return fittings.openRooms().stream().anyMatch(room -> room.has(path));
  }

  private void leave(AtomicBoolean inside) {
    if (inside.compareAndSet(true, false)) {
      underWay.arriveAndDeregister();
    }
  }

  /** What is no HTTP, or has headers without end. */
  private void invalid(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    String type = cause == null ? "" : cause.getClass().getSimpleName();
    int status =
        switch (type) {
          case "TooLongHttpHeaderException" -> 431;
          case "TooLongHttpLineException" -> 414;
          default -> 400;
        };
    meters.request(status);
    request.response().setStatusCode(status).putHeader("Connection", "close").end();
    request.connection().close();
  }

  private DoorException cannotListen(Throwable cause) {
    String where = settings.host() + ":" + settings.port();
    String why =
        cause instanceof BindException
            ? "the port is taken; stop what uses it, or set door.port to another (0 picks a free"
                + " one)"
            : String.valueOf(cause.getMessage());
    return new DoorException("the door cannot listen on " + where + ": " + why, cause);
  }

  private static <T> T await(Future<T> future, Duration patience)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .get(patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
