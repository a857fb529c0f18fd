package dev.sluice.ingest.log;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where the log is and what it promises.
 *
 * @param bootstrapServers an existing Kafka cluster, as {@code host:port,host:port}; without it a
 *     broker runs in this process
 * @param port where the embedded broker listens, on loopback; 0 picks a free port
 * @param durability when an append is on disk
 * @param flushInterval at durability {@code batch}, the longest an append stays off the disk
 * @param replication copies of each shard; with three or more, one may be missing
 * @param patience the longest a call to the cluster's administration may take
 */
public record LogSettings(
    Optional<String> bootstrapServers,
    @Default("9092") int port,
    @Default("sync") Durability durability,
    @Default("1s") Duration flushInterval,
    @Default("1") int replication,
    @Default("30s") Duration patience) {

  public LogSettings {
    Objects.requireNonNull(bootstrapServers, "bootstrapServers");
    if (port < 0 || port > 65535) {
      throw new SettingsException("port " + port + " is no port; use 0 for a free one");
    }
    if (replication < 1 || replication > 15) {
      throw new SettingsException("replication " + replication + "; use 1 to 15");
    }
    if (bootstrapServers.isEmpty() && replication > 1) {
      throw new SettingsException(
          "replication " + replication + " needs a cluster: set bootstrap-servers, or use 1");
    }
    if (flushInterval.isNegative() || flushInterval.isZero()) {
      throw new SettingsException("flush-interval must be positive");
    }
  }

  /** A topic's configuration under these settings. */
  Map<String, String> topicConfig() {
    Map<String, String> config = new TreeMap<>();
    config.put("cleanup.policy", "delete");
    // The log never deletes what the tables may not cover yet.
    config.put("retention.ms", "-1");
    config.put("retention.bytes", "-1");
    config.put("message.timestamp.type", "CreateTime");
    config.put("min.insync.replicas", Integer.toString(Math.max(1, replication - 1)));
    String never = Long.toString(Long.MAX_VALUE);
    config.put("flush.messages", durability == Durability.SYNC ? "1" : never);
    config.put(
        "flush.ms",
        durability == Durability.BATCH ? Long.toString(flushInterval.toMillis()) : never);
    return config;
  }
}
