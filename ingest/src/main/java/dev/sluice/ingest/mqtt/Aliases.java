package dev.sluice.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.util.Objects;
import java.util.function.Predicate;

/** The numbers a client of version 5 says instead of topics it has said before. */
final class Aliases {
  private static final String[] NONE = {};

  private final int most;
  private final Predicate<String> tooLong;
  private String[] topics = NONE;

  /**
   * @param most the highest alias
   * @param tooLong a topic that is not kept
   */
  Aliases(int most, Predicate<String> tooLong) {
    this.most = most;
    this.tooLong = tooLong;
  }

  /** What a message's topic turned out to be. */
  sealed interface Topic {}

  record Named(String topic) implements Topic {
    Named {
      Objects.requireNonNull(topic, "topic");
    }
  }

  /** It is longer than any that is looked at; an alias it came with stands for nothing. */
  record TooLong() implements Topic {}

  record Wrong(MqttDisconnectReasonCode code, String why) implements Topic {
    Wrong {
      Objects.requireNonNull(code, "code");
      Objects.requireNonNull(why, "why");
    }
  }

  Topic topic(MqttPublishMessage message) {
    var property = message.properties().getProperty(MqttProperties.TOPIC_ALIAS);
    String topic = message.topicName();
    boolean unkept = tooLong.test(topic);
    if (property != null) {
      int alias = (Integer) property.value();
      if (alias < 1 || alias > most) {
        return new Wrong(MqttDisconnectReasonCode.TOPIC_ALIAS_INVALID, "no such alias may be set");
      }
      if (topics.length == 0) {
        topics = new String[most + 1];
      }
      if (topic.isEmpty() && topics[alias] != null) {
        return new Named(topics[alias]);
      }
      if (unkept) {
        // Not the topic from before: the client means another one by it now.
        topics[alias] = null;
      } else if (!topic.isEmpty()) {
        topics[alias] = topic;
      }
    }
    if (unkept) {
      return new TooLong();
    }
    return topic.isEmpty()
        ? new Wrong(
            MqttDisconnectReasonCode.PROTOCOL_ERROR, "no topic, and no alias that stands for one")
        : new Named(topic);
  }
}
