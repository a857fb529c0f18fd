package dev.sluice.ingest.mqtt;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.util.ReferenceCountUtil;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubRelReasonCode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;

/**
 * Lets through what a client that only publishes may send: first a CONNECT, in time, and no second
 * one. That a connection is not idle does not do: one byte now and then keeps it from being that.
 */
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
  private final Duration patience;
  private Optional<Future<?>> deadline = Optional.empty();
  private boolean connected;

  Gate(MqttMeters meters, Duration patience) {
    this.meters = meters;
    this.patience = patience;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext channel) {
    deadline =
        Optional.of(
            channel
                .executor()
                .schedule(() -> close(channel, "slow-connect"), patience.toMillis(), MILLISECONDS));
  }

  @Override
  public void channelInactive(ChannelHandlerContext channel) {
    deadline.ifPresent(due -> due.cancel(false));
    channel.fireChannelInactive();
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
    close(channel, "wrong-packet");
  }

  private void close(ChannelHandlerContext channel, String why) {
    meters.turnedAway(why);
    var unused = channel.close();
  }

  private boolean mayPass(MqttMessage message) {
    MqttMessageType type = message.fixedHeader().messageType();
    if (connected) {
      return LATER.contains(type) && isKnown(message);
    }
    connected = type == MqttMessageType.CONNECT;
    deadline.ifPresent(due -> due.cancel(false));
    deadline = Optional.empty();
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
