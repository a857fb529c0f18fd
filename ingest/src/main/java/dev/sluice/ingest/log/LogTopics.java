package dev.sluice.ingest.log;

import dev.sluice.ingest.stream.Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
import org.apache.kafka.clients.admin.RecordsToDelete;
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
        LOG.info("{}: {} shards become {}", stream.topic(), shards, stream.shards());
        await(
            admin
                .createPartitions(Map.of(stream.topic(), NewPartitions.increaseTo(stream.shards())))
                .all(),
            "adding shards to " + stream.topic());
        shards = stream.shards();
      } else if (shards > stream.shards()) {
        LOG.info("{}: keeps its {} shards, {} declared", stream.topic(), shards, stream.shards());
      }
      keepToSettings(stream.topic());
      awaitLeaders(stream.topic(), shards);
      topics.add(new LogTopic(stream.name(), found.topicId(), shards));
    }
    return List.copyOf(topics);
  }

  /** Makes a topic of one shard whose latest record of each key is never deleted. */
  public void ensureKept(String topic) {
    Map<String, String> config = new HashMap<>(settings.topicConfig());
    config.put("cleanup.policy", "compact");
    config.put("flush.messages", "1");
    NewTopic wanted = new NewTopic(topic, 1, (short) settings.replication()).configs(config);
    TopicDescription found = create(wanted);
    if (found.partitions().size() != 1 || !value(topic, "cleanup.policy").equals("compact")) {
      throw new LogException(
          "the topic " + topic + " is there and not one shard with cleanup.policy=compact");
    }
    awaitLeaders(topic, 1);
  }

  /** How a topic cleans up, as the broker says it: {@code delete}, {@code compact} or both. */
  public String cleanup(String topic) {
    return value(topic, "cleanup.policy");
  }

  private String value(String topic, String key) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return await(admin.describeConfigs(List.of(resource)).all(), "reading the settings of " + topic)
        .get(resource)
        .get(key)
        .value();
  }

  /** The offsets each shard of the topic begins or ends at. */
  public Map<Integer, Long> offsets(LogTopic topic, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int shard = 0; shard < topic.shards(); shard++) {
      asked.put(new TopicPartition(topic.stream(), shard), which);
    }
    Map<Integer, Long> offsets = new TreeMap<>();
    await(admin.listOffsets(asked).all(), "asking for the offsets of " + topic.stream())
        .forEach((place, at) -> offsets.put(place.partition(), at.offset()));
    return offsets;
  }

  /** Deletes all records before these offsets. */
  public void trim(String topic, Map<Integer, Long> before) {
    Map<TopicPartition, RecordsToDelete> wanted = new HashMap<>();
    before.forEach(
        (shard, offset) ->
            wanted.put(new TopicPartition(topic, shard), RecordsToDelete.beforeOffset(offset)));
    var unused = await(admin.deleteRecords(wanted).all(), "trimming " + topic);
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
    return create(
        new NewTopic(stream.topic(), stream.shards(), (short) settings.replication())
            .configs(settings.topicConfig()));
  }

  private TopicDescription create(NewTopic topic) {
    String doing = "creating the topic " + topic.name();
    try {
      wait(admin.createTopics(List.of(topic)).all(), doing);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw failure(doing, e.getCause());
      }
    }
    return described(topic.name());
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
