package dev.sluice.ingest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.ChildJvm;
import dev.sluice.ingest.IngestProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the MQTT server takes, log and broker in its process and the devices in this one. Run with
 * {@code -Pbench}.
 */
@Tag("bench")
class MqttLoadTest {
  private static final int DEVICES = 16;
  private static final int WINDOW = 500;
  private static final int WARM = 100_000;
  private static final int MESSAGES = 200_000;
  private static final int IDLE = 10_000;

  @TempDir private Path place;

  @Test
  void messagesOfQualityOneInASecond() throws Exception {
    for (String durability : List.of("sync", "batch")) {
      ChildJvm server = server("-Xmx1g", "SLUICE_LOG_DURABILITY=" + durability);
      try {
        int port = port(server);
        List<MqttLoad> devices = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
          devices.add(MqttLoad.connect(port, "device-" + i));
        }
        send(devices, WARM);
        double spent = CpuTime.seconds(server.pid());
        long begin = System.nanoTime();
        send(devices, MESSAGES);
        double rate = MESSAGES / ((System.nanoTime() - begin) / 1e9);
        System.out.printf(
            Locale.ROOT,
            "MQTT %s: %.0f messages a second of %d devices, %.1f us of processor each%n",
            durability,
            rate,
            DEVICES,
            (CpuTime.seconds(server.pid()) - spent) * 1e6 / MESSAGES);
        for (MqttLoad device : devices) {
          device.close();
        }
      } finally {
        server.close();
      }
    }
  }

  @Test
  void memoryOfConnectionsThatAreIdle() throws Exception {
    ChildJvm server = server("-Xmx1g", "SLUICE_MQTT_CONNECTS_PER_SECOND=100000");
    List<MqttLoad> devices = new ArrayList<>();
    try {
      int port = port(server);
      MqttLoad.connect(port, "first").close();
      long heapBefore = Long.parseLong(server.ask("heap"));
      long before = resident(server.pid());
      for (int i = 0; i < IDLE; i++) {
        devices.add(MqttLoad.connect(port, "device-" + i));
      }
      long heap = Long.parseLong(server.ask("heap")) - heapBefore;
      long more = resident(server.pid()) - before;
      System.out.printf(
          Locale.ROOT,
          "MQTT idle: %d connections, %d MiB of memory more, %d MiB of them heap in use%n",
          IDLE,
          more >> 20,
          heap >> 20);
      assertThat(devices).hasSize(IDLE);
      assertThat(heap).as("heap of idle connections").isLessThan(300L << 20);
      assertThat(more).as("memory of idle connections").isLessThan(300L << 20);
    } finally {
      for (MqttLoad device : devices) {
        device.close();
      }
      server.close();
    }
  }

  private static void send(List<MqttLoad> devices, int messages) {
    devices.stream()
        .map(
            device ->
                CompletableFuture.runAsync(
                    () -> device.send(messages / DEVICES, WINDOW),
                    work -> new Thread(work, "load").start()))
        .toList()
        .forEach(CompletableFuture::join);
  }

  private ChildJvm server(String... arguments) throws Exception {
    Path data = Files.createTempDirectory(place, "server");
    List<String> rest = new ArrayList<>(List.of(data.toString(), "SLUICE_SINK_WORKERS=0"));
    rest.add(arguments[1]);
    return ChildJvm.start(
        data.resolve("child.log"),
        ChildJvm.arguments(List.of(arguments[0], "-XX:+UseSerialGC"), IngestProcess.class, rest),
        Map.of());
  }

  private static int port(ChildJvm server) throws Exception {
    assertThat(server.ready()).startsWith("http://");
    return URI.create(server.ask("mqtt")).getPort();
  }

  /** What the process takes of the machine's memory. */
  private static long resident(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("no memory is told of process " + pid);
  }
}
