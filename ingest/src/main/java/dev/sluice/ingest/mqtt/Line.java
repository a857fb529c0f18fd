package dev.sluice.ingest.mqtt;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubAckReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubCompReasonCode;
import io.vertx.mqtt.messages.codes.MqttSubAckReasonCode;
import io.vertx.mqtt.messages.codes.MqttUnsubAckReasonCode;
import java.util.Collections;

/** The wire to one client: what is said to it, and whether it is listened to. */
final class Line {
  private static final int LONGEST_REASON = 200;
  private static final int ROOM_FOR_REASON = 512;
  private static final String IDLE = "idle";
  private static final double GRACE = 1.5;

  private final MqttEndpoint endpoint;
  private final NetSocketInternal socket;
  private final boolean five;
  private final boolean explains;

  Line(MqttEndpoint endpoint, NetSocketInternal socket) {
    this.endpoint = endpoint;
    this.socket = socket;
    this.five = endpoint.protocolVersion() == MqttVersion.MQTT_5.protocolLevel();
    MqttProperties wishes = endpoint.connectProperties();
    this.explains =
        five
            && number(wishes, MqttProperties.REQUEST_PROBLEM_INFORMATION, 1) != 0
            && number(wishes, MqttProperties.MAXIMUM_PACKET_SIZE, ROOM_FOR_REASON)
                >= ROOM_FOR_REASON;
  }

  /** A number among properties, without its sign. */
  static long number(MqttProperties properties, int type, long otherwise) {
    var property = properties.getProperty(type);
    return property == null ? otherwise : Integer.toUnsignedLong((Integer) property.value());
  }

  MqttEndpoint endpoint() {
    return endpoint;
  }

  /** Whether it speaks version 5. */
  boolean five() {
    return five;
  }

  boolean open() {
    return endpoint.isConnected();
  }

  void acknowledge(int packet, Verdict verdict) {
    if (verdict instanceof Verdict.Refused refused) {
      say(MqttMessageType.PUBACK, packet, refused.code().value(), explained(refused.why()));
    } else {
      say(MqttMessageType.PUBACK, packet, success(), MqttProperties.NO_PROPERTIES);
    }
  }

  void received(int packet) {
    say(MqttMessageType.PUBREC, packet, success(), MqttProperties.NO_PROPERTIES);
  }

  void refuse(int packet, Verdict.Refused refused) {
    say(MqttMessageType.PUBREC, packet, refused.code().value(), explained(refused.why()));
  }

  /** There is nothing to subscribe to. */
  void refuse(MqttSubscribeMessage message) {
    MqttSubAckReasonCode no =
        five ? MqttSubAckReasonCode.NOT_AUTHORIZED : MqttSubAckReasonCode.UNSPECIFIED_ERROR;
    endpoint.subscribeAcknowledge(
        message.messageId(),
        Collections.nCopies(message.topicSubscriptions().size(), no),
        MqttProperties.NO_PROPERTIES);
  }

  void answer(MqttUnsubscribeMessage message) {
    endpoint.unsubscribeAcknowledge(
        message.messageId(),
        Collections.nCopies(
            message.topics().size(), MqttUnsubAckReasonCode.NO_SUBSCRIPTION_EXISTED),
        MqttProperties.NO_PROPERTIES);
  }

  /** Ends a packet of QoS 2. */
  void complete(int packet) {
    end(packet, MqttPubCompReasonCode.SUCCESS);
  }

  /** Ends one that is not known: who releases it was told once that it is received. */
  void completeUnknown(int packet) {
    end(packet, MqttPubCompReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
  }

  private void end(int packet, MqttPubCompReasonCode code) {
    say(MqttMessageType.PUBCOMP, packet, code.value(), MqttProperties.NO_PROPERTIES);
  }

  void end(MqttDisconnectReasonCode code, String why) {
    if (open()) {
      endpoint.disconnect(code, explained(why));
    }
  }

  /** Reads no more; that it is silent then is not the client's fault. */
  void pause() {
    socket.pause();
    ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
    if (pipeline.get(IDLE) != null) {
      pipeline.remove(IDLE);
    }
  }

  void resume() {
    ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
    if (endpoint.keepAliveTimeSeconds() > 0 && pipeline.get(IDLE) == null) {
      int seconds = (int) Math.ceil(endpoint.keepAliveTimeSeconds() * GRACE);
      pipeline.addBefore("keepAliveHandler", IDLE, new IdleStateHandler(seconds, 0, 0));
    }
    socket.resume();
  }

  MqttProperties explained(String why) {
    if (!explains) {
      return MqttProperties.NO_PROPERTIES;
    }
    String line = why.length() <= LONGEST_REASON ? why : why.substring(0, LONGEST_REASON) + "…";
    MqttProperties properties = new MqttProperties();
    properties.add(new MqttProperties.StringProperty(MqttProperties.REASON_STRING, line));
    return properties;
  }

  private static byte success() {
    return MqttPubAckReasonCode.SUCCESS.value();
  }

  private void say(MqttMessageType type, int packet, byte code, MqttProperties properties) {
    if (open()) {
      socket.writeMessage(
          new MqttMessage(
              new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0),
              new MqttPubReplyMessageVariableHeader(packet, code, properties)));
    }
  }
}
