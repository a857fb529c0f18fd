package dev.sluice.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.ingest.sink.Await;
import java.nio.charset.StandardCharsets;
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
