package dev.sluice.ingest.log;

import dev.sluice.ingest.stream.Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics of the streams: made, kept to their settings, described. */
public final class LogTopics implements AutoCloseable {
  private static final Duration SETTLE = Duration.ofMillis(20);
  private static final Logger LOG = LoggerFactory.getLogger(LogTopics.class);

  private final Admin admin;
  private final String bootstrapServers;
  private final LogSettings settings;

  public LogTopics(String bootstrapServers, LogSettings settings) {
    this.bootstrapServers = bootstrapServers;
    this.settings = settings;
    int patience = Math.toIntExact(settings.patience().toMillis());
    this.admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.CLIENT_ID_CONFIG,
                "sluice-topics",
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                patience,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Math.min(patience, 10_000)));
  }

  /**
   * Makes the topics that are missing, adds the shards that are missing, and sets durability and
   * retention as the settings say. A topic with more shards than declared keeps them: shards hold
   * events.
   *
   * <p>What this returns is in force: each shard has a leader that serves, and the broker has the
   * settings. A broker answers both wishes before they are so, and an event sent in between could
   * be acknowledged without the flush it was promised, or make a producer's later batch the first.
   */
  public List<LogTopic> ensure(Collection<Stream> streams) {
    List<LogTopic> topics = new ArrayList<>();
    for (Stream stream : streams) {
      TopicDescription found = create(stream);
      int shards = found.partitions().size();
      if (shards < stream.shards()) {
        LOG.info("{}: {} shards become {}", stream.name(), shards, stream.shards());
        await(
            admin
                .createPartitions(Map.of(stream.name(), NewPartitions.increaseTo(stream.shards())))
                .all(),
            "adding shards to " + stream.name());
        shards = stream.shards();
      } else if (shards > stream.shards()) {
        LOG.info("{}: keeps its {} shards, {} declared", stream.name(), shards, stream.shards());
      }
      keepToSettings(stream.name());
      awaitLeaders(stream.name(), shards);
      topics.add(new LogTopic(stream.name(), found.topicId(), shards));
    }
    return List.copyOf(topics);
  }

  /** Only a leader that serves its shard says where it ends; the client asks until one does. */
  private void awaitLeaders(String stream, int shards) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int shard = 0; shard < shards; shard++) {
      ends.put(new TopicPartition(stream, shard), OffsetSpec.latest());
    }
    await(admin.listOffsets(ends).all(), "waiting for the shards of " + stream);
  }

  /** The topics of these streams as the cluster has them; a stream without a topic is left out. */
  public List<LogTopic> describe(Collection<String> streams) {
    List<LogTopic> topics = new ArrayList<>();
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin.describeTopics(streams).topicNameValues();
    for (String stream : streams) {
      try {
        TopicDescription found = wait(answers.get(stream), "describing " + stream);
        topics.add(new LogTopic(stream, found.topicId(), found.partitions().size()));
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw failure("describing " + stream, e.getCause());
        }
      }
    }
    return List.copyOf(topics);
  }

  /**
   * The configuration of a stream's topic that says when an append is on disk and how long it
   * stays.
   */
  public Map<String, String> configuration(String stream) {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, stream);
    Config config =
        await(admin.describeConfigs(List.of(topic)).all(), "reading the settings of " + stream)
            .get(topic);
    Map<String, String> values = new HashMap<>();
    settings.topicConfig().keySet().forEach(key -> values.put(key, config.get(key).value()));
    return Map.copyOf(values);
  }

  @Override
  public void close() {
    admin.close(settings.patience());
  }

  private TopicDescription create(Stream stream) {
    NewTopic topic =
        new NewTopic(stream.name(), stream.shards(), (short) settings.replication())
            .configs(settings.topicConfig());
    String doing = "creating the topic " + stream.name();
    try {
      wait(admin.createTopics(List.of(topic)).all(), doing);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw failure(doing, e.getCause());
      }
    }
    return described(stream.name());
  }

  /** A broker may hear of a topic a moment after its creation was acknowledged. */
  private TopicDescription described(String stream) {
    long deadline = System.nanoTime() + settings.patience().toNanos();
    while (true) {
      try {
        return wait(
            admin.describeTopics(List.of(stream)).topicNameValues().get(stream),
            "describing " + stream);
      } catch (ExecutionException e) {
        boolean unknown = e.getCause() instanceof UnknownTopicOrPartitionException;
        if (!unknown || System.nanoTime() > deadline) {
          throw failure("describing " + stream, e.getCause());
        }
      }
    }
  }

  private void keepToSettings(String stream) {
    Map<String, String> wanted = settings.topicConfig();
    Map<String, String> found = configuration(stream);
    List<AlterConfigOp> changes = new ArrayList<>();
    wanted.forEach(
        (key, value) -> {
          if (!value.equals(found.get(key))) {
            changes.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
          }
        });
    if (!changes.isEmpty()) {
      ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, stream);
      await(
          admin.incrementalAlterConfigs(Map.of(topic, changes)).all(),
          "changing the settings of " + stream);
      awaitSettings(stream, wanted);
    }
  }

  private void awaitSettings(String stream, Map<String, String> wanted) {
    long deadline = System.nanoTime() + settings.patience().toNanos();
    while (!configuration(stream).equals(wanted)) {
      if (System.nanoTime() > deadline) {
        throw new LogException(
            "the log did not take the settings of " + stream + " within " + settings.patience());
      }
      LockSupport.parkNanos(SETTLE.toNanos());
    }
  }

  private <T> T await(KafkaFuture<T> future, String doing) {
    try {
      return wait(future, doing);
    } catch (ExecutionException e) {
      throw failure(doing, e.getCause());
    }
  }

  private <T> T wait(KafkaFuture<T> future, String doing) throws ExecutionException {
    try {
      return future.get(settings.patience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogException("interrupted while " + doing, e);
    } catch (TimeoutException e) {
      throw new LogException(
          "the log at "
              + bootstrapServers
              + " did not answer within "
              + settings.patience().toSeconds()
              + " s while "
              + doing,
          e);
    }
  }

  private LogException failure(String doing, Throwable cause) {
    return new LogException(
        "the log at " + bootstrapServers + " failed while " + doing + ": " + cause.getMessage(),
        cause);
  }
}
