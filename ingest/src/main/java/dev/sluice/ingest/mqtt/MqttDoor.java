package dev.sluice.ingest.mqtt;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Service;
import dev.sluice.ingest.intake.SingleSender;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MQTT server. Everything of it but the sending runs on one event loop. A stop reads no more,
 * waits for what is under way, and then takes leave of the clients.
 */
public final class MqttDoor implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(MqttDoor.class);
  private static final Duration OPENING = Duration.ofSeconds(20);
  private static final int LONGEST_CLIENT_ID = 256;
  private static final long SWEEP_MILLIS = 1000;

  /** The server behind has a limit of its own; the gate's, which counts, comes before it. */
  private static final int GATE_FIRST_SECONDS = 2;

  /** What a topic, properties and headers take of a packet besides its event, about. */
  private static final int SPARE = 64;

  private final MqttSettings settings;
  private final MqttFittings fittings;
  private final MqttMeters meters;
  private final Topics topics;
  private volatile Optional<Running> running = Optional.empty();
  private volatile int boundPort;
  private volatile boolean closing;

  /** What there is between start and stop. */
  private record Running(
      SingleSender sender,
      Floor floor,
      Sessions sessions,
      MqttServer server,
      Context loop,
      long sweep) {
    private Running {
      Objects.requireNonNull(server, "server");
    }
  }

  public MqttDoor(MqttSettings settings, MqttFittings fittings) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.fittings = Objects.requireNonNull(fittings, "fittings");
    this.meters = new MqttMeters(fittings.meters());
    this.topics = Topics.parse(settings.topics());
  }

  @Override
  public String name() {
    return "mqtt";
  }

  @Override
  public void start() throws Exception {
    // Not before: streams that were declared while it ran are known only now. One of them may
    // have gone since, and come again, so that what names it is no reason to stay away.
    topics
        .unknown(fittings.streams())
        .forEach(line -> LOG.warn("mqtt.topics: {}; its messages are refused until then", line));
    Context loop = fittings.vertx().getOrCreateContext();
    SingleSender sender =
        new SingleSender(
            fittings.producer().get(),
            settings.maxPacket().intBytes(),
            // Each client may pass the bound by what was read of it already, and leave a will.
            settings.maxWaiting() + settings.maxConnections() + settings.maxSessions() + SPARE,
            settings.answerPatience(),
            fittings.clock(),
            fittings.meters(),
            fittings.enrichment());
    Floor floor =
        new Floor(
            settings,
            fittings.streams(),
            topics,
            sender,
            new Inbox(loop),
            new Waiting(settings.maxWaiting(), settings.maxWaitingBytes().bytes()),
            meters,
            fittings.clock(),
            (pause, then) ->
                fittings.vertx().setTimer(Math.max(1, pause.toMillis()), due -> then.run()));
    Sessions sessions =
        new Sessions(
            settings.maxSessions(),
            settings.maxWaiting(),
            settings.maxWillBytes().bytes(),
            fittings.clock(),
            floor::speak);
    Sockets sockets = new Sockets(settings.maxConnections(), settings.connectPatience(), meters);
    Pace pace = new Pace(settings.connectsPerSecond(), fittings.clock());
    Reception reception =
        new Reception(floor, sockets, sessions, fittings.keys(), pace, fittings.ids());
    MqttServer server =
        MqttServer.create(sockets.below(fittings.vertx()), options())
            .endpointHandler(reception::arrived);
    long sweep = fittings.vertx().setPeriodic(SWEEP_MILLIS, due -> post(loop, sessions::sweep));
    running = Optional.of(new Running(sender, floor, sessions, server, loop, sweep));
    meters.gauge("connections", "open connections", sockets::count);
    meters.gauge("sessions", "sessions kept of clients that are away", sessions::kept);
    meters.gauge("will.bytes", "bytes of the wills that are kept", sessions::willBytes);
    meters.gauge("waiting", "messages that wait for the log", floor.waiting()::messages);
    meters.gauge("held", "clients not read, for too much waits", floor.waiting()::heldClients);
    listen(server, loop);
  }

  private void listen(MqttServer server, Context loop) throws Exception {
    CompletableFuture<MqttServer> listening = new CompletableFuture<>();
    loop.runOnContext(
        turn ->
            server
                .listen(settings.port(), settings.host())
                .onSuccess(listening::complete)
                .onFailure(listening::completeExceptionally));
    try {
      boundPort = listening.get(OPENING.toMillis(), TimeUnit.MILLISECONDS).actualPort();
    } catch (ExecutionException e) {
      throw settings.binding().refused(e.getCause());
    }
  }

  @Override
  public void stop() throws Exception {
    closing = true;
    if (running.isEmpty()) {
      return;
    }
    Running now = running.get();
    fittings.vertx().cancelTimer(now.sweep());
    if (boundPort != 0) {
      rest(now);
    }
    await(now.server().close(), settings.drainPatience());
    now.sender().drain();
    running = Optional.empty();
  }

  /** Reads nothing more, and answers what is under way; then the clients are told. */
  private void rest(Running now) throws InterruptedException {
    CompletableFuture<Void> quiet = new CompletableFuture<>();
    post(
        now.loop(),
        () -> {
          now.sessions().clients().forEach(Client::hush);
          now.sessions().close();
          now.floor().waiting().whenNone(() -> quiet.complete(null));
        });
    try {
      quiet.get(settings.drainPatience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("messages are under way after {}; not acknowledged", settings.drainPatience());
    }
    CompletableFuture<Void> told = new CompletableFuture<>();
    post(
        now.loop(),
        () -> {
          List.copyOf(now.sessions().clients()).forEach(Client::dismiss);
          told.complete(null);
        });
    try {
      told.get(settings.drainPatience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("clients were not told that the server stops");
    }
  }

  /** Whether it is open and the log has lately held what it was given. */
  public Health.State state() {
    if (boundPort == 0 || closing) {
      return new Health.Down("not open");
    }
    return running.map(now -> now.sender().state()).orElseGet(Health.Up::new);
  }

  /** Where it is, once started. */
  public URI uri() {
    if (boundPort == 0) {
      throw new IllegalStateException("the MQTT server is not open");
    }
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return URI.create(
        (settings.certificate().isPresent() ? "mqtts" : "mqtt") + "://" + host + ":" + boundPort);
  }

  private MqttServerOptions options() {
    MqttServerOptions options =
        new MqttServerOptions()
            .setMaxMessageSize(settings.maxPacket().intBytes())
            .setMaxClientIdLength(LONGEST_CLIENT_ID)
            .setAutoClientId(false)
            .setTimeoutOnConnect(
                Math.toIntExact(settings.connectPatience().toSeconds() + GATE_FIRST_SECONDS));
    options.setTcpKeepAlive(true).setTcpNoDelay(true);
    settings
        .certificate()
        .ifPresent(
            chain ->
                options
                    .setSsl(true)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .setCertPath(chain.toString())
                            .setKeyPath(settings.certificateKey().orElseThrow().toString())));
    return options;
  }

  private static void post(Context loop, Runnable work) {
    loop.runOnContext(turn -> work.run());
  }

  private static <T> T await(Future<T> future, Duration patience)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .get(patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
