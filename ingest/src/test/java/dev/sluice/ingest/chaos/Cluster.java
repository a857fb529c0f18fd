package dev.sluice.ingest.chaos;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.log.LogSettings;
import dev.sluice.ingest.log.LogTopics;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableProgress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/**
 * A broker, a lake and two sinks, a process each, and the wires between sinks and lake: one to the
 * catalog for each sink, one to the store for all.
 */
final class Cluster implements AutoCloseable {
  static final int SINKS = 2;

  /** The group misses a member after this long. */
  static final Duration SESSION = Duration.ofSeconds(3);

  private static final String GROUP = "chaos";

  private final int brokerPort = freePort();
  private final int catalogPort = freePort();
  final Wire store;
  final List<Wire> catalogs;
  final Node broker;
  final Node lake;
  final List<Node> sinks;
  private LakeConnection connection;

  Cluster(Path directory) throws Exception {
    int storePort = freePort();
    store = new Wire(storePort);
    catalogs = List.of(new Wire(catalogPort), new Wire(catalogPort));
    broker =
        new Node(
            Node.Role.BROKER, directory.resolve("broker"), Integer.toString(brokerPort), Map.of());
    lake =
        new Node(
            Node.Role.LAKE,
            directory.resolve("lake"),
            "lake",
            Map.of(
                "SLUICE_S3_PORT",
                Integer.toString(storePort),
                "SLUICE_S3_ENDPOINT",
                store.address(),
                "SLUICE_CATALOG_PORT",
                Integer.toString(catalogPort)));
    sinks = List.of(sink(directory, 0), sink(directory, 1));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Node sink(Path directory, int number) {
    return new Node(
        Node.Role.SINK,
        directory.resolve("sinks"),
        "sink-" + number,
        Map.ofEntries(
            Map.entry("SLUICE_LOG_BOOTSTRAP_SERVERS", bootstrapServers()),
            Map.entry("SLUICE_SINK_CATALOG", catalogs.get(number).address()),
            Map.entry("SLUICE_SINK_GROUP", GROUP),
            Map.entry("SLUICE_SINK_WORKERS", "1"),
            Map.entry("SLUICE_SINK_COMMIT_INTERVAL_MIN", "150ms"),
            Map.entry("SLUICE_SINK_COMMIT_INTERVAL_MAX", "2s"),
            Map.entry("SLUICE_SINK_MEMORY", "32MiB"),
            Map.entry("SLUICE_SINK_FILE_SIZE", "8MiB"),
            Map.entry("SLUICE_SINK_COMMIT_ATTEMPTS", "5"),
            Map.entry("SLUICE_SINK_CATALOG_TIMEOUT", "3s"),
            Map.entry("SLUICE_SINK_POLL_LIMIT", "4s"),
            Map.entry("SLUICE_SINK_PAUSE_MIN", "50ms"),
            Map.entry("SLUICE_SINK_PAUSE_MAX", "1s"),
            Map.entry("SLUICE_SINK_SNAPSHOTS_KEPT", "16")));
  }

  void start() throws Exception {
    broker.start();
    try (LogTopics topics = new LogTopics(bootstrapServers(), logSettings());
        Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      topics.ensure(List.of(NumberedEvents.STREAM));
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.GROUP, GROUP),
                  List.of(
                      op("consumer.session.timeout.ms", SESSION.toMillis()),
                      op("consumer.heartbeat.interval.ms", 500))))
          .all()
          .get();
    }
    lake.start();
    connection =
        new LakeConnection(
            URI.create("http://127.0.0.1:" + catalogPort), Optional.empty(), Duration.ofSeconds(5));
    for (Node sink : sinks) {
      sink.start();
    }
  }

  private static AlterConfigOp op(String key, long value) {
    return new AlterConfigOp(new ConfigEntry(key, Long.toString(value)), AlterConfigOp.OpType.SET);
  }

  private LogSettings logSettings() {
    LogSettings d = Settings.defaults(LogSettings.class);
    return new LogSettings(
        Optional.of(bootstrapServers()),
        d.port(),
        Durability.NONE,
        d.flushInterval(),
        1,
        Duration.ofSeconds(30));
  }

  String bootstrapServers() {
    return "127.0.0.1:" + brokerPort;
  }

  /** The lake as it is, past all wires to its catalog. */
  LakeConnection connection() {
    return connection;
  }

  void clearWeather() {
    store.weather(Wire.Weather.CLEAR);
    catalogs.forEach(wire -> wire.weather(Wire.Weather.CLEAR));
  }

  /** Offsets the table covers, over all shards; empty while the lake does not say. */
  OptionalLong covered() {
    try {
      return OptionalLong.of(
          connection
              .find(TableLayout.identifier(NumberedEvents.STREAM))
              .map(
                  table ->
                      TableProgress.of(table).values().stream()
                          .mapToLong(ShardProgress::nextOffset)
                          .sum())
              .orElse(0L));
    } catch (RuntimeException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public void close() throws IOException {
    clearWeather();
    try {
      for (Node sink : sinks) {
        sink.kill();
      }
      lake.kill();
      broker.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while the processes end", e);
    }
    if (connection != null) {
      connection.close();
    }
    store.close();
    for (Wire wire : catalogs) {
      wire.close();
    }
  }
}
