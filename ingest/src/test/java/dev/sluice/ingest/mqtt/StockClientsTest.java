package dev.sluice.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that people use: Eclipse Paho for either version, and {@code mosquitto_pub}. */
class StockClientsTest {
  @TempDir private Path place;

  @Test
  void pahoOfEitherVersionSendsEventsOfEachQuality() throws Exception {
    try (OpenMqtt open = OpenMqtt.onLog("");
        MqttClient three = new MqttClient(open.tcp(), "three", new MemoryPersistence())) {
      var five =
          new org.eclipse.paho.mqttv5.client.MqttClient(
              open.tcp(), "five", new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
      MqttConnectOptions options = new MqttConnectOptions();
      options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
      options.setUserName("device");
      options.setPassword(OpenMqtt.KEY.toCharArray());
      three.connect(options);
      MqttConnectionOptions settings = new MqttConnectionOptions();
      settings.setUserName("device");
      settings.setPassword(OpenMqtt.KEY.getBytes(StandardCharsets.UTF_8));
      five.connect(settings);
      for (int qos = 2; qos >= 0; qos--) {
        three.publish(open.topic(), OpenMqtt.event("three-" + qos), qos, false);
        five.publish(open.topic(), OpenMqtt.event("five-" + qos), qos, false);
      }
      three.disconnect();
      five.disconnect();
      five.close();
      open.stop();

      assertThat(open.logged()).hasSize(6);
      for (String id : List.of("three-0", "three-1", "three-2", "five-0", "five-1", "five-2")) {
        assertThat(open.logged()).filteredOn(event -> event.contains(id)).hasSize(1);
      }
    }
  }

  @Test
  void mosquittoSendsEventsOfEitherVersionAlsoByTls() throws Exception {
    assumeTrue(there("mosquitto_pub"), "mosquitto_pub of Debian's mosquitto-clients is not here");
    assumeTrue(there("openssl"), "openssl, which makes the test's certificate, is not here");
    Path key = place.resolve("key.pem");
    Path certificate = place.resolve("certificate.pem");
    run(
        "",
        ("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
                + " -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "
                + key
                + " -out "
                + certificate)
            .split(" ", -1));
    String secure = "certificate: " + certificate + "\ncertificate-key: " + key + "\n";
    for (String yaml : List.of("", secure)) {
      try (OpenMqtt open = OpenMqtt.onLog(yaml)) {
        assertThat(open.door.uri().getScheme()).isEqualTo(yaml.isEmpty() ? "mqtt" : "mqtts");
        String events =
            new String(OpenMqtt.event("m1"), StandardCharsets.UTF_8)
                + "\n"
                + new String(OpenMqtt.event("m2"), StandardCharsets.UTF_8)
                + "\n";
        for (String version : List.of("mqttv311", "mqttv5")) {
          List<String> command =
              new ArrayList<>(List.of("mosquitto_pub", "-h", "localhost", "-p", "" + open.port()));
          command.addAll(List.of("-u", "device", "-P", OpenMqtt.KEY, "-t", open.topic()));
          command.addAll(List.of("-V", version, "-q", "2", "-l"));
          if (!yaml.isEmpty()) {
            command.addAll(List.of("--cafile", certificate.toString()));
          }
          run(events, command.toArray(String[]::new));
        }
        assertThat(open.logged()).hasSize(4);
      }
    }
  }

  private static boolean there(String program) {
    return List.of(System.getenv("PATH").split(":", -1)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private void run(String input, String... command) throws IOException, InterruptedException {
    Path in = Files.writeString(place.resolve("in"), input);
    Path out = place.resolve("out");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as(Files.readString(out)).isZero();
  }
}
