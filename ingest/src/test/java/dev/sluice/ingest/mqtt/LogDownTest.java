package dev.sluice.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.log.EmbeddedBroker;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.log.LogProducers;
import dev.sluice.ingest.log.LogSettings;
import dev.sluice.ingest.log.LogTopics;
import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.stream.Streams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogDownTest {
  private static final int EVENTS = 60;

  @TempDir private Path place;

  @Test
  void whatIsSentWhileTheLogIsAwayIsAcknowledgedWhenItIsBackAndIsThere() throws Exception {
    EmbeddedBroker broker = new EmbeddedBroker(place, 0);
    broker.start();
    String bootstrap = broker.bootstrapServers();
    int port = Integer.parseInt(bootstrap.split(":", -1)[1]);
    var stream = Streams.shipped().find("sensor-readings").orElseThrow();
    try (LogTopics topics = new LogTopics(bootstrap, Settings.defaults(LogSettings.class))) {
      topics.ensure(List.of(stream));
    }
    // Long enough that the log's client waits for the broker instead of giving up.
    try (OpenMqtt open =
            OpenMqtt.on(
                LogProducers.create(bootstrap, 1 << 20, Duration.ofSeconds(60)),
                "max-waiting: 50\n");
        MqttAsyncClient device =
            new MqttAsyncClient(open.tcp(), "device", new MemoryPersistence())) {
      MqttConnectOptions options = new MqttConnectOptions();
      options.setUserName("device");
      options.setPassword(OpenMqtt.KEY.toCharArray());
      options.setMaxInflight(EVENTS);
      device.connect(options).waitForCompletion();
      device.publish(open.topic(), OpenMqtt.event("first"), 1, false).waitForCompletion();

      broker.stop();
      List<IMqttDeliveryToken> tokens = new ArrayList<>();
      for (int i = 0; i < EVENTS; i++) {
        tokens.add(device.publish(open.topic(), OpenMqtt.event("away-" + i), 1, false));
      }
      Await.until("no more is read", () -> open.gauge("held") > 0);
      assertThat(tokens).noneMatch(IMqttDeliveryToken::isComplete);

      EmbeddedBroker back = new EmbeddedBroker(place, port);
      back.start();
      for (IMqttDeliveryToken token : tokens) {
        token.waitForCompletion(60_000);
        assertThat(token.getException()).isNull();
      }
      List<ConsumerRecord<byte[], byte[]>> records = KafkaFixture.records(bootstrap, stream);
      assertThat(records).hasSize(EVENTS + 1);
      assertThat(open.count("door.accepted")).isEqualTo(EVENTS + 1);
      device.disconnect().waitForCompletion();
      open.stop();
      back.stop();
    }
  }
}
