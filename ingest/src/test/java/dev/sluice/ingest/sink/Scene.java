package dev.sluice.ingest.sink;

import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Health;
import dev.sluice.ingest.deadletter.DeadLetterTable;
import dev.sluice.ingest.ledger.Depth;
import dev.sluice.ingest.ledger.Ledger;
import dev.sluice.ingest.ledger.Verification;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.EventId;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** One test's stream, topic, table and workers. */
final class Scene implements AutoCloseable {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  final House house;
  final Stream stream;
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final Health health = new Health();
  Duration lateDeadline = Duration.ofHours(1);
  Duration idleAfter = Duration.ofMinutes(5);
  private final String group;
  private final List<SinkWorkers> workers = new ArrayList<>();

  Scene(String what, int shards) throws Exception {
    this(what, shards, Optional.empty());
  }

  Scene(String what, int shards, Optional<EventId> id) throws Exception {
    house = House.open();
    String name = what + "-s" + NUMBER.incrementAndGet();
    group = "group-" + name;
    stream =
        new Stream(
            name,
            List.of(
                new Field("event_id", FieldType.STRING, true),
                new Field("event_time", FieldType.TIMESTAMP, true),
                new Field("user_id", FieldType.STRING, true),
                new Field("price", FieldType.DOUBLE, false),
                new Field("quantity", FieldType.LONG, false)),
            Optional.of("user_id"),
            Optional.of("event_time"),
            shards,
            id);
    createTopic();
    quickSession();
  }

  void createTopic() {
    KafkaFixture.make(stream, Durability.NONE);
  }

  /** The group misses a dead member soon. */
  private void quickSession() throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    house
        .admin()
        .incrementalAlterConfigs(
            Map.of(
                resource,
                List.of(
                    op("consumer.session.timeout.ms", "3000"),
                    op("consumer.heartbeat.interval.ms", "500"))))
        .all()
        .get();
  }

  private static AlterConfigOp op(String key, String value) {
    return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
  }

  SinkSettings settings(URI catalog) {
    return new SinkSettings(
        1,
        group,
        catalog,
        Optional.empty(),
        Duration.ofMillis(150),
        // However long a commit takes on a busy machine: it is the tests that wait for the next.
        Duration.ofMillis(250),
        ByteSize.parse("64MiB"),
        ByteSize.parse("16MiB"),
        2_000,
        ByteSize.parse("8MiB"),
        lateDeadline,
        Duration.ofSeconds(10),
        idleAfter,
        4,
        6,
        Duration.ofSeconds(15),
        Duration.ofSeconds(4),
        Duration.ofMillis(50),
        Duration.ofSeconds(1),
        ByteSize.parse("4MiB"),
        50);
  }

  SinkWorkers worker(String name) {
    return worker(name, house.catalogUri());
  }

  SinkWorkers worker(String name, URI catalog) {
    return worker(name, catalog, stream);
  }

  SinkWorkers worker(String name, URI catalog, Stream declared) {
    return worker(name, catalog, List.of(declared));
  }

  /** One that moves several streams. */
  SinkWorkers worker(String name, URI catalog, List<Stream> declared) {
    SinkWorkers started =
        new SinkWorkers(
            name,
            settings(catalog),
            house::bootstrapServers,
            Streams.of(declared),
            decoder(),
            directory(),
            Clock.systemUTC(),
            UUID::randomUUID,
            registry,
            health);
    workers.add(started);
    started.start();
    return started;
  }

  /** Where its workers keep what they can do without. */
  Path directory() {
    return house.directory().resolve(stream.name());
  }

  static EventDecoder decoder() {
    return new EventDecoder(DecodeLimits.standard());
  }

  static String event(int number, Instant time) {
    return "{\"event_id\":\"e"
        + number
        + "\",\"event_time\":\""
        + time
        + "\",\"user_id\":\"u"
        + number % 17
        + "\",\"price\":"
        + number
        + ".5,\"quantity\":"
        + number
        + ",\"colour\":\"c"
        + number % 3
        + "\"}";
  }

  void produce(int from, int to) throws Exception {
    List<Future<?>> sent = new ArrayList<>();
    for (int i = from; i < to; i++) {
      sent.add(house.producer().send(record(i % stream.shards(), event(i, Instant.now()))));
    }
    await(sent);
  }

  /** One after the other, as fast as it goes. */
  void produce(int shard, List<String> values) throws Exception {
    List<Future<?>> sent = new ArrayList<>();
    for (String value : values) {
      sent.add(house.producer().send(record(shard, value)));
    }
    await(sent);
  }

  private void await(List<Future<?>> sent) throws Exception {
    house.producer().flush();
    for (Future<?> each : sent) {
      each.get();
    }
  }

  void produce(int shard, String value) throws Exception {
    house.producer().send(record(shard, value)).get();
  }

  /** An event that the log receives at this time. */
  void produce(int shard, String value, Instant received) throws Exception {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    house
        .producer()
        .send(new ProducerRecord<>(stream.name(), shard, received.toEpochMilli(), null, bytes))
        .get();
  }

  ProducerRecord<byte[], byte[]> record(int shard, String value) {
    return new ProducerRecord<>(
        stream.name(), shard, new byte[] {1}, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A record with a key and no value. */
  ProducerRecord<byte[], byte[]> tombstone(int shard) {
    return new ProducerRecord<>(stream.name(), shard, new byte[] {1}, null);
  }

  /** The records of each shard that are in front of an offset. */
  Map<TopicPartition, RecordsToDelete> before(long offset) {
    return IntStream.range(0, stream.shards())
        .boxed()
        .collect(
            Collectors.toMap(
                shard -> new TopicPartition(stream.name(), shard),
                shard -> RecordsToDelete.beforeOffset(offset)));
  }

  Table table() {
    return house.lake().load(TableLayout.identifier(stream));
  }

  Optional<Table> findTable() {
    return house.lake().find(TableLayout.identifier(stream));
  }

  /** Rows the properties account for, over all shards. */
  long committed() {
    return findTable()
        .map(
            table ->
                TableProgress.of(table).values().stream()
                    .mapToLong(ShardProgress::nextOffset)
                    .sum())
        .orElse(0L);
  }

  void awaitCommitted(long offsets) throws Exception {
    Await.until(offsets + " offsets of " + stream.name(), () -> committed() >= offsets);
  }

  List<Record> rows() throws Exception {
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table()).build()) {
      return StreamSupport.stream(rows.spliterator(), false).toList();
    }
  }

  List<Record> deadLetters() throws Exception {
    Optional<Table> table = house.lake().find(DeadLetterTable.IDENTIFIER);
    if (table.isEmpty()) {
      return List.of();
    }
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table.get())
            .where(Expressions.equal("stream", stream.name()))
            .build()) {
      return StreamSupport.stream(rows.spliterator(), false).toList();
    }
  }

  Map<LogShard, ShardProgress> progress() {
    return TableProgress.of(table());
  }

  Verification verify() {
    return verify(stream);
  }

  Verification verify(Stream declared) {
    return verify(declared, Depth.VALUES);
  }

  Verification verify(Stream declared, Depth depth) {
    return verify(declared, depth, house.lake());
  }

  Verification verify(Stream declared, Depth depth, LakeConnection lake) {
    return new Ledger(
            lake,
            house.bootstrapServers(),
            decoder(),
            Duration.ofSeconds(20),
            InstantSource.system())
        .verify(declared, depth);
  }

  @Override
  public void close() {
    try {
      for (SinkWorkers each : workers) {
        each.drop();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while the workers end", e);
    }
  }
}
