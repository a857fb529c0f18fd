package dev.sluice.ingest.mqtt;

import dev.sluice.ingest.intake.EventResult;
import dev.sluice.ingest.intake.Single;
import dev.sluice.ingest.key.Ruling;
import dev.sluice.ingest.key.WriteKey;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.mqtt.messages.MqttDisconnectMessage;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubAckReasonCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One client while it is connected. A message of QoS 1 or 2 is acknowledged when the log has it, in
 * the order the messages came in; what cannot be answered at all ends the connection, so that
 * nothing is acknowledged that was not taken and nothing vanishes that was. All on the server's one
 * event loop.
 */
final class Client {
  private final Floor floor;
  private final Line line;
  private final Sessions sessions;
  private final WriteKey key;
  private final String clientId;
  private final Deque<Owed> owed = new ArrayDeque<>(2);
  private Session session;
  // Packets of QoS 2 that came again here while an earlier connection's append was under way.
  private Set<Integer> again = Set.of();
  private final Aliases aliases;
  private final Attention attention;
  private int underWay;
  private int owedOnce;
  private boolean gone;
  private Sessions.Leave leave = Sessions.Leave.NOT_TAKEN;

  Client(Floor floor, Line line, Sessions sessions, WriteKey key, String clientId) {
    this.floor = floor;
    this.line = line;
    this.sessions = sessions;
    this.key = key;
    this.attention = new Attention(line, floor.waiting());
    this.aliases = new Aliases(floor.settings().topicAliases(), floor.settings()::isTooLong);
    this.clientId = clientId;
    this.session = new Session(clientId);
  }

  /** Takes its session up, and listens from then on. */
  Sessions.Entered enter(Optional<Will> will, Sessions.Start start, long expiryMillis) {
    Sessions.Entered entered =
        sessions.enter(Session.id(key, clientId), this, will, start, expiryMillis);
    session = entered.session();
    line.endpoint()
        .publishHandler(this::publish)
        .publishReleaseHandler(this::release)
        .subscribeHandler(this::subscribe)
        .unsubscribeHandler(line::answer)
        .disconnectMessageHandler(this::leave)
        .exceptionHandler(this::broken)
        .closeHandler(closed -> gone());
    return entered;
  }

  /** Another connection has come under the same id. */
  void takenOver() {
    floor.meters().turnedAway("taken-over");
    line.end(MqttDisconnectReasonCode.SESSION_TAKEN_OVER, "another client came with this id");
    gone();
  }

  /** The server goes; that is not the client's end, and its will is not said. */
  void dismiss() {
    leave = Sessions.Leave.TAKEN;
    line.end(MqttDisconnectReasonCode.SERVER_SHUTTING_DOWN, "the server stops");
  }

  /** Reads no more, ever. */
  void hush() {
    attention.hush();
  }

  private void publish(MqttPublishMessage message) {
    if (!line.open()) {
      return;
    }
    if (message.isRetain() && line.five()) {
      end(MqttDisconnectReasonCode.RETAIN_NOT_SUPPORTED, "nothing is retained here");
    } else if (!isRepeated(message) && hasRoom(message)) {
      Aliases.Topic topic = aliases.topic(message);
      if (topic instanceof Aliases.Named named) {
        take(message, named.topic());
      } else if (topic instanceof Aliases.TooLong) {
        miss(message, floor.tooLong());
      } else {
        Aliases.Wrong wrong = (Aliases.Wrong) topic;
        end(wrong.code(), wrong.why());
      }
    }
  }

  /** Whether a packet of QoS 2 came again; then it is answered, and not appended again. */
  private boolean isRepeated(MqttPublishMessage message) {
    if (message.qosLevel() != MqttQoS.EXACTLY_ONCE) {
      return false;
    }
    int packet = message.messageId();
    Session.Exactly state = session.state(packet);
    if (state == Session.Exactly.NEW) {
      return false;
    }
    floor.meters().repeated();
    if (state == Session.Exactly.RECEIVED) {
      line.received(packet);
    } else if (owed.stream().noneMatch(answer -> answer.packet() == packet)) {
      again = again.isEmpty() ? new HashSet<>() : again;
      again.add(packet);
    }
    return true;
  }

  /**
   * More than it was told it may send is too much; of 3.1.1, which cannot be told, less is read.
   */
  private boolean hasRoom(MqttPublishMessage message) {
    int most = floor.settings().maxInFlight();
    boolean exactly = message.qosLevel() == MqttQoS.EXACTLY_ONCE;
    boolean counted = line.five() && message.qosLevel() != MqttQoS.AT_MOST_ONCE;
    if ((exactly && session.open() >= most) || (counted && owedOnce + session.open() >= most)) {
      end(
          MqttDisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
          "more than " + most + " messages at once (mqtt.max-in-flight)");
      return false;
    }
    return true;
  }

  private void take(MqttPublishMessage message, String topic) {
    Floor.Aim aim = floor.aim(topic, key);
    if (message.isRetain() && message.payload().length() == 0) {
      // It clears what is retained: nothing is.
      answer(message, Verdict.HELD);
    } else if (aim instanceof Floor.Hit hit) {
      charge(message, topic, hit);
    } else {
      miss(message, (Floor.Missed) aim);
    }
  }

  private void miss(MqttPublishMessage message, Floor.Missed missed) {
    floor.meters().refused(missed.reason());
    if (tellable(message)) {
      answer(message, new Verdict.Refused(missed.code(), missed.why()));
    } else {
      boolean forbidden = missed.code() == MqttPubAckReasonCode.NOT_AUTHORIZED;
      end(
          forbidden
              ? MqttDisconnectReasonCode.NOT_AUTHORIZED
              : MqttDisconnectReasonCode.TOPIC_NAME_INVALID,
          missed.why());
    }
  }

  /** Takes it from the key's allowance. */
  private void charge(MqttPublishMessage message, String topic, Floor.Hit hit) {
    Ruling ruling = key.take(1);
    if (ruling instanceof Ruling.Granted) {
      send(message, hit);
      return;
    }
    String why = "the key " + key.name() + " has spent what it may send";
    if (tellable(message)) {
      floor.meters().refused("quota");
      answer(message, new Verdict.Refused(MqttPubAckReasonCode.QUOTA_EXCEEDED, why));
    } else if (ruling instanceof Ruling.Exceeded exceeded
        && exceeded.limit() == Ruling.Limit.RATE) {
      park(message, topic, exceeded.retryAfter());
    } else {
      floor.meters().refused("quota");
      end(MqttDisconnectReasonCode.QUOTA_EXCEEDED, why);
    }
  }

  /** Reads on when the message in hand may be sent: who cannot be told is slowed down. */
  private void park(MqttPublishMessage message, String topic, Duration pause) {
    attention.park();
    floor
        .later()
        .accept(
            pause,
            () -> {
              if (attention.unpark()) {
                // From the top: its stream may have changed, or gone, in the meantime.
                take(message, topic);
                attention.readOn();
              }
            });
  }

  /** Only version 5 knows an answer that is not a yes, and only QoS 1 and 2 are answered. */
  private boolean tellable(MqttPublishMessage message) {
    return line.five() && message.qosLevel() != MqttQoS.AT_MOST_ONCE;
  }

  private void send(MqttPublishMessage message, Floor.Hit hit) {
    MqttQoS qos = message.qosLevel();
    Owed answer = new Owed(message.messageId(), qos);
    Instant granted = floor.clock().instant();
    boolean taken =
        floor.send(
            new Single(
                hit.stream(),
                hit.key().or(() -> Optional.of(clientId)),
                message.payload(),
                tellable(message) ? Single.Unfit.REFUSE : Single.Unfit.KEEP),
            result -> {
              if (Verdict.neverTaken(result)) {
                key.giveBack(1, granted);
              }
              answered(answer, result);
            });
    if (!taken) {
      end(MqttDisconnectReasonCode.SERVER_BUSY, "too many messages wait; send it again");
      return;
    }
    underWay++;
    if (qos != MqttQoS.AT_MOST_ONCE) {
      owe(answer);
    }
    if (qos == MqttQoS.EXACTLY_ONCE) {
      session.begin(answer.packet());
    }
    if (floor.waiting().full() || underWay >= floor.settings().maxInFlight()) {
      attention.hold();
    }
  }

  private void answer(MqttPublishMessage message, Verdict verdict) {
    if (message.qosLevel() == MqttQoS.AT_MOST_ONCE) {
      return;
    }
    Owed answer = new Owed(message.messageId(), message.qosLevel());
    answer.decide(verdict);
    if (answer.qos() == MqttQoS.EXACTLY_ONCE && verdict instanceof Verdict.Held) {
      session.received(answer.packet());
    }
    owe(answer);
    payUp();
  }

  private void owe(Owed answer) {
    owed.add(answer);
    owedOnce += answer.qos() == MqttQoS.AT_LEAST_ONCE ? 1 : 0;
  }

  private void answered(Owed answer, EventResult result) {
    underWay--;
    Verdict verdict = Verdict.of(result);
    answer.decide(verdict);
    if (answer.qos() == MqttQoS.EXACTLY_ONCE) {
      settle(answer.packet(), verdict);
    }
    payUp();
    if (underWay <= floor.settings().maxInFlight() / 2) {
      attention.release();
    }
  }

  /** Also when this connection is gone: its session may be somebody's. */
  private void settle(int packet, Verdict verdict) {
    if (verdict instanceof Verdict.Held) {
      session.received(packet);
    } else {
      session.release(packet);
    }
    if (gone) {
      session.client().ifPresent(now -> now.settledEarlier(packet, verdict));
    }
  }

  private void settledEarlier(int packet, Verdict verdict) {
    if (!again.isEmpty() && again.remove(packet)) {
      pay(packet, MqttQoS.EXACTLY_ONCE, verdict);
    }
  }

  /** Acknowledges what is decided, in the order it came in. */
  private void payUp() {
    for (Owed first = owed.peek();
        first != null && first.verdict().isPresent();
        first = owed.peek()) {
      owed.remove();
      owedOnce -= first.qos() == MqttQoS.AT_LEAST_ONCE ? 1 : 0;
      pay(first.packet(), first.qos(), first.verdict().get());
    }
  }

  private void pay(int packet, MqttQoS qos, Verdict verdict) {
    if (verdict instanceof Verdict.Unheld unheld) {
      floor.meters().turnedAway("log-failed");
      line.end(
          MqttDisconnectReasonCode.SERVER_BUSY,
          "a message was not confirmed; come again and send it again: " + unheld.why());
    } else if (qos == MqttQoS.AT_LEAST_ONCE) {
      line.acknowledge(packet, verdict);
    } else if (verdict instanceof Verdict.Refused refused) {
      line.refuse(packet, refused);
    } else {
      line.received(packet);
    }
  }

  private void release(int packet) {
    if (session.release(packet)) {
      line.complete(packet);
    } else {
      line.completeUnknown(packet);
    }
  }

  private void subscribe(MqttSubscribeMessage message) {
    floor.meters().refused("subscription");
    line.refuse(message);
  }

  private void leave(MqttDisconnectMessage message) {
    if (message.code() == MqttDisconnectReasonCode.NORMAL) {
      leave = Sessions.Leave.TAKEN;
    }
    var expiry = message.properties().getProperty(MqttProperties.SESSION_EXPIRY_INTERVAL);
    // What began without a session cannot end with one.
    if (expiry != null && session.expiryMillis() > 0) {
      session.expireAfter(
          Math.min(
              floor.settings().sessionExpiry().toMillis(),
              Integer.toUnsignedLong((Integer) expiry.value()) * 1000));
    }
  }

  private void broken(Throwable cause) {
    if (cause instanceof TooLongFrameException) {
      end(
          MqttDisconnectReasonCode.PACKET_TOO_LARGE,
          "the packet has more than " + floor.settings().maxPacket().bytes() + " bytes");
    } else {
      end(MqttDisconnectReasonCode.MALFORMED_PACKET, "the packet is malformed");
    }
  }

  private void end(MqttDisconnectReasonCode code, String why) {
    if (line.open()) {
      floor.meters().turnedAway(code.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      line.end(code, why);
    }
  }

  private void gone() {
    if (!gone) {
      gone = true;
      sessions.leave(session, leave);
    }
  }
}
