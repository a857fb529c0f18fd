package dev.sluice.ingest.protocol;

import java.util.Objects;
import java.util.Optional;

/**
 * One shard of one incarnation of a log. A topic that is deleted and made again has a new id and so
 * a progress of its own: offsets of the two never mix.
 */
public record LogShard(String topicId, int partition) implements Comparable<LogShard> {

  /** Every progress property of a table begins with this. */
  public static final String PROPERTY_PREFIX = "sluice.log.";

  public LogShard {
    Objects.requireNonNull(topicId, "topicId");
    if (topicId.isEmpty() || topicId.indexOf('.') >= 0) {
      throw new IllegalArgumentException(
          "a topic id is not empty and has no dot: '" + topicId + "'");
    }
    if (partition < 0) {
      throw new IllegalArgumentException("a partition is not negative: " + partition);
    }
  }

  /** The name of the table property that carries this shard's progress. */
  public String propertyKey() {
    return PROPERTY_PREFIX + topicId + "." + partition;
  }

  /** The shard a property key speaks of; empty for properties of others. */
  public static Optional<LogShard> ofPropertyKey(String key) {
    if (!key.startsWith(PROPERTY_PREFIX)) {
      return Optional.empty();
    }
    int dot = key.lastIndexOf('.');
    if (dot <= PROPERTY_PREFIX.length()) {
      return Optional.empty();
    }
    String number = key.substring(dot + 1);
    if (number.isEmpty() || number.length() > 9 || !number.chars().allMatch(Character::isDigit)) {
      return Optional.empty();
    }
    String topicId = key.substring(PROPERTY_PREFIX.length(), dot);
    if (topicId.indexOf('.') >= 0) {
      return Optional.empty();
    }
    return Optional.of(new LogShard(topicId, Integer.parseInt(number)));
  }

  @Override
  public int compareTo(LogShard other) {
    int byTopic = topicId.compareTo(other.topicId);
    return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
  }

  @Override
  public String toString() {
    return topicId + "." + partition;
  }
}
