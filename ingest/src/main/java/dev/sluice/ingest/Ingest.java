package dev.sluice.ingest;

import dev.sluice.daemon.DaemonPages;
import dev.sluice.daemon.Health;
import dev.sluice.daemon.Lifecycle;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.Service;
import dev.sluice.ingest.avro.StreamDecoders;
import dev.sluice.ingest.deadletter.DeadLettersRoute;
import dev.sluice.ingest.deadletter.Replay;
import dev.sluice.ingest.door.Door;
import dev.sluice.ingest.door.Fittings;
import dev.sluice.ingest.enrich.Enrichment;
import dev.sluice.ingest.gateway.GatewayRoom;
import dev.sluice.ingest.journal.Journal;
import dev.sluice.ingest.key.WriteKeys;
import dev.sluice.ingest.ledger.Depth;
import dev.sluice.ingest.ledger.Ledger;
import dev.sluice.ingest.ledger.LedgerRoute;
import dev.sluice.ingest.ledger.Verification;
import dev.sluice.ingest.log.EmbeddedBroker;
import dev.sluice.ingest.log.LogProducers;
import dev.sluice.ingest.log.LogTopic;
import dev.sluice.ingest.log.LogTopics;
import dev.sluice.ingest.mqtt.MqttDoor;
import dev.sluice.ingest.mqtt.MqttFittings;
import dev.sluice.ingest.receipt.ReceiptsRoute;
import dev.sluice.ingest.registry.SchemaRegistry;
import dev.sluice.ingest.retention.LogTrim;
import dev.sluice.ingest.sink.SinkSettings;
import dev.sluice.ingest.sink.SinkWorkers;
import dev.sluice.ingest.sink.WorkersRoute;
import dev.sluice.ingest.stream.ColumnDecoders;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import dev.sluice.ingest.streambook.BookRoute;
import dev.sluice.ingest.streambook.StreamBook;
import dev.sluice.ingest.subject.SubjectRoute;
import dev.sluice.ingest.subject.Subjects;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.webhook.Webhook;
import dev.sluice.ingest.webhook.WebhooksRoom;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * The module, put together: the log, embedded or given, with what was decided and the streams'
 * topics; then the workers that move it into tables; then the doors, for requests and for devices.
 * Started in this order and stopped in the other, so that what the door took is in the log before
 * the workers drain it, and they have drained before the log goes.
 */
public final class Ingest implements Service {
  private final IngestSettings settings;
  private final Journal journal;
  private final StreamBook book;
  private final Streams streams;
  private final Secret writeKey;
  private final WriteKeys keys;
  private final Optional<EmbeddedBroker> broker;
  private final SinkWorkers sink;
  private final Door door;
  private final MqttDoor mqtt;
  private final Lifecycle lifecycle = new Lifecycle();
  private volatile List<LogTopic> topics = List.of();

  /** The rooms are further routes that the door serves. */
  public Ingest(IngestSettings settings, Surroundings surroundings, List<Consumer<Router>> rooms) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.writeKey = settings.door().writeKey().orElse(surroundings.writeKey());
    this.keys =
        new WriteKeys(
            writeKey, settings.door().keys(), settings.door().lockout(), surroundings.clock());
    this.broker =
        settings.log().bootstrapServers().isPresent()
            ? Optional.empty()
            : Optional.of(
                new EmbeddedBroker(settings.data().resolve("log"), settings.log().port()));
    this.journal = new Journal(settings.journal(), settings.log(), this::bootstrapServers);
    Subjects subjects = new Subjects(journal, settings.schemaIds(), surroundings.ids());
    this.book = book(settings, surroundings, subjects);
    this.streams = book.streams();
    ColumnDecoders decoders = decoders(settings, surroundings, subjects);
    this.sink = workers(surroundings, decoders);
    List<Consumer<Router>> served = new ArrayList<>(rooms);
    served.add(new BookRoute(surroundings.vertx(), book));
    served.add(new SubjectRoute(surroundings.vertx(), subjects));
    served.add(new WorkersRoute(sink));
    served.add(
        new ReceiptsRoute(
            surroundings.vertx(),
            streams,
            this::lake,
            this::bootstrapServers,
            settings.log().patience()));
    served.add(
        new DeadLettersRoute(
            surroundings.vertx(),
            streams,
            this::lake,
            lake -> replay(lake, decoders, surroundings)));
    served.add(
        new LedgerRoute(
            surroundings.vertx(),
            streams,
            (stream, depth) -> verify(stream, depth, decoders, surroundings.clock())));
    this.mqtt = mqtt(surroundings);
    this.door = new Door(settings.door(), fittings(surroundings, served));
    arrange(surroundings, book);
  }

  private void arrange(Surroundings surroundings, StreamBook book) {
    Health health = surroundings.health();
    broker.ifPresent(own -> health.check("log", own::state));
    health.check("door", door::state);
    health.check("mqtt", mqtt::state);
    health.check("journal", journal::state);
    health.check("streams", book::state);
    broker.ifPresent(lifecycle::add);
    lifecycle.add(journal);
    lifecycle.add(new Topics());
    lifecycle.add(sink);
    lifecycle.add(trim(surroundings));
    lifecycle.add(door);
    lifecycle.add(mqtt);
  }

  private MqttDoor mqtt(Surroundings surroundings) {
    return new MqttDoor(
        settings.mqtt(),
        new MqttFittings(
            surroundings.vertx(),
            streams,
            () ->
                LogProducers.create(
                    bootstrapServers(),
                    settings.mqtt().maxPacket().intBytes(),
                    settings.mqtt().answerPatience()),
            keys,
            surroundings.telemetry().registry(),
            surroundings.clock(),
            surroundings.ids(),
            Enrichment.of(settings.enrichment(), settings.catalogue())));
  }

  private SinkWorkers workers(Surroundings surroundings, ColumnDecoders decoders) {
    return new SinkWorkers(
        "worker",
        settings.sink(),
        this::bootstrapServers,
        streams,
        decoders,
        settings.data().resolve("recent"),
        surroundings.clock(),
        surroundings.ids(),
        surroundings.telemetry().registry(),
        surroundings.health());
  }

  private LogTrim trim(Surroundings surroundings) {
    return new LogTrim(
        settings.retention(),
        streams,
        () -> new LogTopics(bootstrapServers(), settings.log()),
        this::lake,
        surroundings.clock(),
        surroundings.telemetry().registry());
  }

  private StreamBook book(IngestSettings settings, Surroundings surroundings, Subjects subjects) {
    return new StreamBook(
        settings.shipped(),
        settings.declared(),
        journal,
        () -> new LogTopics(bootstrapServers(), settings.log()),
        subjects,
        settings::requireServed,
        surroundings.clock(),
        surroundings.ids());
  }

  private Fittings fittings(Surroundings surroundings, List<Consumer<Router>> served) {
    return new Fittings(
        surroundings.vertx(),
        streams,
        this::producer,
        settings.log().durability(),
        keys,
        new DaemonPages(surroundings.health(), surroundings.telemetry()),
        surroundings.telemetry().registry(),
        surroundings.clock(),
        surroundings.ids(),
        settings.data().resolve("spool"),
        served,
        List.of(webhooks(surroundings), gateway(surroundings)),
        Enrichment.of(settings.enrichment(), settings.catalogue()));
  }

  /** What the door takes the sink must make rows of: the same decoder, the same limits. */
  private static ColumnDecoders decoders(
      IngestSettings settings, Surroundings surroundings, Subjects subjects) {
    DecodeLimits standard = DecodeLimits.standard();
    return new StreamDecoders(
        new DecodeLimits(
            settings.door().maxEvent().intBytes(), standard.depth(), standard.fields()),
        // Ids of two registries would contradict each other: the one that settings name is asked.
        settings.registry().url().isPresent()
            ? SchemaRegistry.of(settings.registry(), surroundings.clock())
            : subjects);
  }

  private Producer<byte[], byte[]> producer() {
    return LogProducers.create(
        bootstrapServers(),
        settings.door().maxEvent().intBytes(),
        settings.door().answerPatience());
  }

  private WebhooksRoom webhooks(Surroundings surroundings) {
    return new WebhooksRoom(
        surroundings.vertx(),
        Webhook.all(settings.webhooks(), streams),
        streams,
        settings.door().maxEvent().bytes(),
        surroundings.clock(),
        surroundings.telemetry().registry());
  }

  private GatewayRoom gateway(Surroundings surroundings) {
    return new GatewayRoom(
        surroundings.vertx(),
        settings.gateway(),
        surroundings.clock(),
        surroundings.telemetry().registry());
  }

  private LakeConnection lake() {
    SinkSettings lake = settings.sink();
    return new LakeConnection(lake.catalog(), lake.token(), lake.catalogTimeout());
  }

  private Replay replay(LakeConnection lake, ColumnDecoders decoders, Surroundings surroundings) {
    return new Replay(
        lake,
        decoders,
        surroundings.clock(),
        surroundings.ids(),
        Replay.Bounds.of(settings.sink().commitAttempts(), settings.sink().openFiles()),
        this::pause);
  }

  /** Longer after each attempt; a replay of a module that stops ends when its thread is told. */
  private Boolean pause(int attempt) {
    long factor = 1L << Math.min(10, attempt - 1);
    long most = settings.sink().pauseMax().toNanos();
    LockSupport.parkNanos(Math.min(most, settings.sink().pauseMin().toNanos() * factor));
    return !Thread.currentThread().isInterrupted();
  }

  private Verification verify(
      Stream stream, Depth depth, ColumnDecoders decoders, InstantSource clock) {
    try (LakeConnection connection = lake()) {
      return new Ledger(connection, bootstrapServers(), decoders, settings.log().patience(), clock)
          .verify(stream, depth);
    }
  }

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public void start() throws Exception {
    lifecycle.start();
  }

  @Override
  public void stop() {
    lifecycle.close();
  }

  /** What the door serves, once started: {@code GET /v1/streams}. */
  List<String> routes() {
    return door.routes();
  }

  /** Where the door is, once started. */
  public URI door() {
    return door.uri();
  }

  /** Where devices are listened to, once started. */
  public URI mqtt() {
    return mqtt.uri();
  }

  /** What senders must show. */
  public Secret writeKey() {
    return writeKey;
  }

  /** All keys senders may show. */
  public WriteKeys keys() {
    return keys;
  }

  /** Where the log is; the embedded one's once started. */
  public String bootstrapServers() {
    return broker
        .map(EmbeddedBroker::bootstrapServers)
        .or(() -> settings.log().bootstrapServers())
        .orElseThrow();
  }

  /** The workers, to be added to and taken from while the module runs. */
  public SinkWorkers sink() {
    return sink;
  }

  public Streams streams() {
    return streams;
  }

  /** The streams' topics, once started. */
  public List<LogTopic> topics() {
    return topics;
  }

  /** Between the log and the door: a stream without a topic takes no events. */
  private final class Topics implements Service {
    @Override
    public String name() {
      return "topics";
    }

    @Override
    public void start() {
      if (settings.registry().url().isEmpty()) {
        book.settle();
      }
      try (LogTopics log = new LogTopics(bootstrapServers(), settings.log())) {
        topics = log.ensure(streams.all());
      }
    }

    @Override
    public void stop() {
      topics = List.of();
    }
  }
}
