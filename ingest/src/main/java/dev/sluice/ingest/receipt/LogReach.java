package dev.sluice.ingest.receipt;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Which topic a receipt's stream is, and how far its shard goes. */
record LogReach(String topicId, int shards, long end) {

  /** Asks the log; empty when it has no such topic. The end is 0 where it has no such shard. */
  static Optional<LogReach> ask(
      String bootstrapServers, Duration patience, String topicName, int number) {
    int millis = Math.toIntExact(patience.toMillis());
    try (Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.CLIENT_ID_CONFIG,
                "sluice-receipts",
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                millis,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                millis))) {
      TopicDescription topic =
          await(admin.describeTopics(List.of(topicName)).topicNameValues().get(topicName));
      int shards = topic.partitions().size();
      if (number >= shards) {
        return Optional.of(new LogReach(topic.topicId().toString(), shards, 0));
      }
      TopicPartition shard = new TopicPartition(topicName, number);
      long end =
          await(admin.listOffsets(Map.of(shard, OffsetSpec.latest())).partitionResult(shard))
              .offset();
      return Optional.of(new LogReach(topic.topicId().toString(), shards, end));
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty();
    }
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("the log could not be asked", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the log", e);
    }
  }
}
