package dev.sluice.ingest.sink;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Which incarnation of a topic there is at the moment. */
final class TopicIds {

  private final Admin admin;
  private final Duration timeout;

  TopicIds(Admin admin, Duration timeout) {
    this.admin = admin;
    this.timeout = timeout;
  }

  Optional<String> idOf(String topic) {
    try {
      TopicDescription description =
          admin
              .describeTopics(List.of(topic))
              .topicNameValues()
              .get(topic)
              .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.of(description.topicId().toString());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw new KafkaException("the log does not describe topic " + topic, e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("the log does not describe topic " + topic + " in " + timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }
}
