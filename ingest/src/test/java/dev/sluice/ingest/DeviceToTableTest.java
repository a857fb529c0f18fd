package dev.sluice.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.sink.House;
import dev.sluice.ingest.table.TableProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.catalog.TableIdentifier;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The module as a whole: in by MQTT, out of the table or among the dead letters. */
class DeviceToTableTest {
  private static final String SETTINGS =
      """
      mqtt:
        topics: ["hall/+/{key}/heat -> device-heat"]
      streams:
        device-heat:
          shards: 1
          fields:
            - {name: degrees, type: double, required: true}
      """;

  @TempDir Path data;

  @Test
  void anEventOfADeviceIsARowAndWhatIsNoEventIsADeadLetter() throws Exception {
    House house = House.open();
    Path settings = Files.writeString(data.resolve("ingest.yaml"), SETTINGS);
    try (RunningIngest ingest = RunningIngest.start(data, house, settings);
        MqttClient device =
            new MqttClient(
                "tcp://127.0.0.1:" + ingest.mqtt().getPort(), "d", new MemoryPersistence())) {
      MqttConnectOptions options = new MqttConnectOptions();
      options.setUserName("device");
      options.setPassword("key".toCharArray());
      device.connect(options);
      device.publish("hall/3/oven/heat", "{\"degrees\":20.5}".getBytes(UTF_8), 1, false);
      device.publish("hall/3/oven/heat", "{\"degrees\":\"hot\"}".getBytes(UTF_8), 1, false);
      device.disconnect();

      Await.until("both are covered", () -> progress(house).equals("1 row, 1 dead letter"));
      assertThat(ingest.run("verify", "raw.device_heat").out()).contains("sound, 1 rows");
      assertThat(ingest.run("deadletters", "list", "--stream", "device-heat").out())
          .contains("wrong-type");
    }
  }

  private static String progress(House house) {
    return house.lake().find(TableIdentifier.of("raw", "device_heat")).stream()
        .flatMap(found -> TableProgress.of(found).values().stream())
        .map(
            shard ->
                shard.totals().rows() + " row, " + shard.totals().deadLetters() + " dead letter")
        .findFirst()
        .orElse("");
  }
}
