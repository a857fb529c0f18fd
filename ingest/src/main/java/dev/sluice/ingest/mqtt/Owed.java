package dev.sluice.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.Optional;

/** The answer that a message of QoS 1 or 2 waits for. */
final class Owed {
  private final int packet;
  private final MqttQoS qos;
  private Optional<Verdict> verdict = Optional.empty();

  Owed(int packet, MqttQoS qos) {
    this.packet = packet;
    this.qos = qos;
  }

  int packet() {
    return packet;
  }

  MqttQoS qos() {
    return qos;
  }

  Optional<Verdict> verdict() {
    return verdict;
  }

  void decide(Verdict what) {
    verdict = Optional.of(what);
  }
}
