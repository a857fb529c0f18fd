package dev.sluice.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.util.Objects;

/** The numbers a client of version 5 says instead of topics it has said before. */
final class Aliases {
  private static final String[] NONE = {};

  private final int most;
  private String[] topics = NONE;

  Aliases(int most) {
    this.most = most;
  }

  /** What a message's topic turned out to be. */
  sealed interface Topic {}

  record Named(String topic) implements Topic {
    Named {
      Objects.requireNonNull(topic, "topic");
    }
  }

  record Wrong(MqttDisconnectReasonCode code, String why) implements Topic {
    Wrong {
      Objects.requireNonNull(code, "code");
      Objects.requireNonNull(why, "why");
    }
  }

  Topic topic(MqttPublishMessage message) {
    var property = message.properties().getProperty(MqttProperties.TOPIC_ALIAS);
    String topic = message.topicName();
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
      topics[alias] = topic.isEmpty() ? topics[alias] : topic;
    }
    return topic.isEmpty()
        ? new Wrong(
            MqttDisconnectReasonCode.PROTOCOL_ERROR, "no topic, and no alias that stands for one")
        : new Named(topic);
  }
}
