package dev.sluice.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.stream.Streams;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;

class WillTest {
  @Test
  void aWillIsAnEventOnlyOfWhoEndsWithoutTakingLeave() throws Exception {
    try (OpenMqtt open = OpenMqtt.onLog("")) {
      connect(open, "polite", "w1", 0, 0).disconnect();
      MqttClient lost = connect(open, "lost", "w2", 0, 0);
      lost.disconnectForcibly(0, 0, false);

      Await.until("the will is there", () -> open.logged().size() == 1);
      assertThat(open.logged().get(0)).contains("w2");
      assertThat(open.count("mqtt.wills", "what", "held")).isEqualTo(1);
    }
  }

  @Test
  void aWillThatIsToWaitIsNotSaidOfWhoComesBackInTime() throws Exception {
    try (OpenMqtt open = OpenMqtt.onLog("")) {
      connect(open, "blip", "early", 60, 3600).disconnectForcibly(0, 0, false);
      Await.until("it has gone", () -> open.gauge("sessions") == 1);
      MqttClient back = connect(open, "blip", "late", 1, 3600);
      back.disconnectForcibly(0, 0, false);

      Await.until("the second will is there", () -> open.logged().size() == 1);
      assertThat(open.logged().get(0)).contains("late");
    }
  }

  @Test
  void aStopSaysTheWillsOfWhoHadGoneAndOfNobodyElse() throws Exception {
    try (OpenMqtt open = OpenMqtt.onLog("")) {
      connect(open, "gone", "w1", 3000, 3600).disconnectForcibly(0, 0, false);
      connect(open, "here", "w2", 0, 0);
      Await.until("it has gone", () -> open.gauge("sessions") == 1);
      open.stop();

      assertThat(open.logged()).hasSize(1);
      assertThat(open.logged().get(0)).contains("w1");
    }
  }

  @Test
  void aWillThatIsNoEventOfAStreamKeepsItsClientOut() throws Exception {
    try (OpenMqtt open = OpenMqtt.onLog("")) {
      MqttConnectionOptions options = options(0, 0);
      options.setWill("elsewhere", new MqttMessage("x".getBytes(StandardCharsets.UTF_8)));
      MqttClient client = new MqttClient(open.tcp(), "x", new MemoryPersistence());
      MqttException refused =
          catchThrowableOfType(MqttException.class, () -> client.connect(options));
      client.close();

      assertThat(refused.getReasonCode()).isEqualTo(0x90);
    }
  }

  @Test
  void aWillWhoseStreamHasGoneIsDroppedAndCountedSo() throws Exception {
    try (OpenMqtt open = OpenMqtt.onLog("")) {
      MqttClient lost = connect(open, "lost", "w", 0, 0);
      open.known.set(Streams.of(List.of()));
      lost.disconnectForcibly(0, 0, false);

      Await.until("it is counted", () -> open.count("mqtt.wills", "what", "unknown-stream") == 1);
      assertThat(open.logged()).isEmpty();
    }
  }

  @Test
  void whoBringsAWillThereIsNoRoomForIsNotLetIn() throws Exception {
    String most = "max-packet: 1KiB\nmax-will-bytes: 1KiB\n";
    try (OpenMqtt open = OpenMqtt.onLog(most)) {
      String longer = "w".repeat(600);
      connect(open, "first", longer, 3000, 3600).disconnectForcibly(0, 0, false);
      Await.until("it has gone", () -> open.gauge("sessions") == 1);
      MqttException refused =
          catchThrowableOfType(MqttException.class, () -> connect(open, "second", longer, 0, 0));
      assertThat(refused.getReasonCode()).isEqualTo(0x97);
      assertThat(open.count("mqtt.turned.away", "reason", "will-room")).isEqualTo(1);

      MqttClient back = connect(open, "first", longer, 0, 0);
      assertThat(open.gauge("will.bytes")).as("in the place of its own").isBetween(600.0, 1024.0);
      back.disconnect();
      Await.until("it is forgotten", () -> open.gauge("will.bytes") == 0);
      connect(open, "second", longer, 0, 0).disconnect();
    }
  }

  private static MqttClient connect(
      OpenMqtt open, String id, String will, long delaySeconds, long sessionSeconds)
      throws MqttException {
    MqttConnectionOptions options = options(delaySeconds, sessionSeconds);
    options.setWill(open.topic(), new MqttMessage(OpenMqtt.event(will)));
    MqttClient client = new MqttClient(open.tcp(), id, new MemoryPersistence());
    client.connect(options);
    return client;
  }

  private static MqttConnectionOptions options(long delaySeconds, long sessionSeconds) {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setUserName("device");
    options.setPassword(OpenMqtt.KEY.getBytes(StandardCharsets.UTF_8));
    options.setCleanStart(sessionSeconds == 0);
    options.setSessionExpiryInterval(sessionSeconds);
    MqttProperties will = new MqttProperties();
    will.setWillDelayInterval(delaySeconds);
    options.setWillMessageProperties(will);
    return options;
  }
}
