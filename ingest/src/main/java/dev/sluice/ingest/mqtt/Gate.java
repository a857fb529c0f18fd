package dev.sluice.ingest.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.util.ReferenceCountUtil;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubRelReasonCode;
import java.util.EnumSet;
import java.util.Set;

/** Lets through what a client that only publishes may send: first a CONNECT, and no second one. */
final class Gate extends ChannelInboundHandlerAdapter {
  private static final Set<MqttMessageType> LATER =
      EnumSet.of(
          MqttMessageType.PUBLISH,
          MqttMessageType.PUBREL,
          MqttMessageType.SUBSCRIBE,
          MqttMessageType.UNSUBSCRIBE,
          MqttMessageType.PINGREQ,
          MqttMessageType.DISCONNECT);

  private final MqttMeters meters;
  private boolean connected;

  Gate(MqttMeters meters) {
    this.meters = meters;
  }

  @Override
  public void channelRead(ChannelHandlerContext channel, Object packet) {
    if (!(packet instanceof MqttMessage message)
        || message.decoderResult().isFailure()
        || mayPass(message)) {
      channel.fireChannelRead(packet);
      return;
    }
    ReferenceCountUtil.release(packet);
    meters.turnedAway("wrong-packet");
    channel.close();
  }

  private boolean mayPass(MqttMessage message) {
    MqttMessageType type = message.fixedHeader().messageType();
    if (connected) {
      return LATER.contains(type) && isKnown(message);
    }
    connected = type == MqttMessageType.CONNECT;
    return connected;
  }

  /** The server behind fails at reasons it does not know, and keeps the connection. */
  private static boolean isKnown(MqttMessage message) {
    try {
      if (message.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader bye) {
        MqttDisconnectReasonCode.valueOf(bye.reasonCode());
      } else if (message.variableHeader() instanceof MqttPubReplyMessageVariableHeader release) {
        MqttPubRelReasonCode.valueOf(release.reasonCode());
      }
      return true;
    } catch (IllegalArgumentException unknown) {
      return false;
    }
  }
}
