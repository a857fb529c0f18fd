package dev.sluice.ingest.ledger;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the log as a stranger: in no group, from its first offset, committed records only. */
final class LogReading implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Admin admin;
  private final Duration patience;

  LogReading(String bootstrapServers, Duration patience) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", bootstrapServers);
    config.put("auto.offset.reset", "none");
    config.put("enable.auto.commit", "false");
    config.put("isolation.level", "read_committed");
    config.put("allow.auto.create.topics", "false");
    config.put("max.partition.fetch.bytes", 4 << 20);
    // All that is read is there. What was asked for beyond it would hold up the next shard, and the
    // close, for as long as the log waits for more.
    config.put("fetch.max.wait.ms", 10);
    this.consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.patience = patience;
  }

  /** The id of the topic there is now. */
  Optional<String> topicId(String topic) {
    try {
      return Optional.of(
          admin
              .describeTopics(List.of(topic))
              .topicNameValues()
              .get(topic)
              .get(patience.toMillis(), TimeUnit.MILLISECONDS)
              .topicId()
              .toString());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw new KafkaException("the log does not describe topic " + topic, e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("the log does not describe topic " + topic + " in " + patience, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  /** The first offset the log still has. */
  long begin(TopicPartition place) {
    consumer.assign(List.of(place));
    Map<TopicPartition, Long> offsets = consumer.beginningOffsets(List.of(place), patience);
    return offsets.get(place);
  }

  /** The offset after the last that is settled. */
  long end(TopicPartition place) {
    consumer.assign(List.of(place));
    Map<TopicPartition, Long> offsets = consumer.endOffsets(List.of(place), patience);
    return offsets.get(place);
  }

  /** Gives every committed record with an offset in [from, to), in order. */
  void read(
      TopicPartition place, long from, long to, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
    consumer.assign(List.of(place));
    consumer.seek(place, from);
    long seen = from;
    long progressed = System.nanoTime();
    while (seen < to) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(place)) {
        if (record.offset() < to) {
          taker.accept(record);
        }
      }
      long position = consumer.position(place, patience);
      if (position > seen) {
        seen = position;
        progressed = System.nanoTime();
      } else if (System.nanoTime() - progressed > patience.toNanos()) {
        throw new KafkaException("the log gives nothing of " + place + " at offset " + seen);
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
    admin.close();
  }
}
