package dev.sluice.ingest.mqtt;

import dev.sluice.ingest.intake.EventResult;
import dev.sluice.ingest.intake.Single;
import dev.sluice.ingest.intake.SingleSender;
import dev.sluice.ingest.key.WriteKey;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import io.vertx.mqtt.messages.codes.MqttPubAckReasonCode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What all clients share.
 *
 * @param later runs something on the server's event loop after a while
 */
record Floor(
    MqttSettings settings,
    Streams streams,
    Topics topics,
    SingleSender sender,
    Inbox inbox,
    Waiting waiting,
    MqttMeters meters,
    InstantSource clock,
    BiConsumer<Duration, Runnable> later) {
  Floor {
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(streams, "streams");
    Objects.requireNonNull(topics, "topics");
    Objects.requireNonNull(sender, "sender");
    Objects.requireNonNull(inbox, "inbox");
    Objects.requireNonNull(waiting, "waiting");
    Objects.requireNonNull(meters, "meters");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(later, "later");
  }

  /** Where a message goes. */
  sealed interface Aim {}

  record Hit(Stream stream, Optional<String> key) implements Aim {
    Hit {
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(key, "key");
    }
  }

  /** Nowhere; the reason is what it is counted as. */
  record Missed(MqttPubAckReasonCode code, String reason, String why) implements Aim {
    Missed {
      Objects.requireNonNull(code, "code");
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(why, "why");
    }
  }

  /** A topic that is not looked at, nor kept for its alias. */
  Missed tooLong() {
    return new Missed(
        MqttPubAckReasonCode.TOPIC_NAME_INVALID,
        "long-topic",
        "the topic has more than "
            + settings.longestTopic().bytes()
            + " bytes (mqtt.longest-topic)");
  }

  Aim aim(String topic, WriteKey key) {
    Optional<Place> place = topics.place(topic);
    if (place.isEmpty()) {
      return new Missed(
          MqttPubAckReasonCode.TOPIC_NAME_INVALID,
          "unknown-topic",
          "no rule of mqtt.topics speaks of this topic");
    }
    Optional<Stream> stream = streams.find(place.get().stream());
    if (stream.isEmpty()) {
      return new Missed(
          MqttPubAckReasonCode.TOPIC_NAME_INVALID,
          "unknown-stream",
          streams.unknown(place.get().stream()));
    }
    Optional<String> objection = sender.objection(stream.get());
    if (objection.isPresent()) {
      return new Missed(MqttPubAckReasonCode.TOPIC_NAME_INVALID, "unread-format", objection.get());
    }
    if (!key.opens(stream.get().name())) {
      return new Missed(
          MqttPubAckReasonCode.NOT_AUTHORIZED,
          "not-authorized",
          "the key " + key.name() + " does not write to " + stream.get().name());
    }
    return new Hit(stream.get(), place.get().key());
  }

  /** Hands a message over; its result comes on the server's event loop. */
  boolean send(Single single, Consumer<EventResult> then) {
    int size = single.event().length();
    waiting.begin(size);
    boolean taken =
        sender.offer(
            single,
            result ->
                inbox.post(
                    () -> {
                      // First, so that whoever is answered finds room.
                      waiting.end(size);
                      then.accept(result);
                    }));
    if (!taken) {
      waiting.end(size);
    }
    return taken;
  }

  /**
   * Says a will; who would have to be told what becomes of it has gone. Its stream is looked up
   * now: it may have changed, or gone, since the client came.
   */
  void speak(Will will) {
    Aim aim = aim(will.topic(), will.key());
    if (aim instanceof Missed missed) {
      meters.will(missed.reason());
      return;
    }
    Hit hit = (Hit) aim;
    boolean taken =
        send(
            new Single(
                hit.stream(),
                hit.key().or(() -> Optional.of(will.clientId())),
                will.event(),
                Single.Unfit.KEEP),
            result -> meters.will(result instanceof EventResult.Receipt ? "held" : "lost"));
    if (!taken) {
      meters.will("lost");
    }
  }
}
