package dev.sluice.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.sink.Await;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody's client sends. After each, the server serves the next one. */
class HostilePacketsTest {
  private static final int CLEAN = 2;
  private static final int ROUNDS = 300;

  @Test
  void noPacketThatIsNotAClientsGetsAnyAnswerButTheEnd() throws Exception {
    try (OpenMqtt open = OpenMqtt.onLog("max-packet: 1KiB\nconnect-patience: 1s\n")) {
      byte[] connect = Wire.connect(Wire.THREE, "x", CLEAN, OpenMqtt.KEY);
      byte[] publish = Wire.publish(Wire.THREE, 0, 0, open.topic(), OpenMqtt.event("e"));
      List<byte[]> before =
          List.of(
              publish,
              Wire.packet(0xC0),
              Wire.packet(0x20, new byte[2]),
              // Four bytes of length that go on; a length of 268 million, and nothing behind it.
              new byte[] {0x10, -1, -1, -1, -1, 1},
              new byte[] {0x10, -1, -1, -1, 0x7f, 0, 4, 'M', 'Q'},
              Wire.packet(0x10, new byte[] {0, 4, 'M', 'Q', 'T', 'X', 4, 2, 0, 0, 0, 0}),
              "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      for (byte[] packet : before) {
        try (Wire wire = new Wire(open.port())) {
          wire.send(packet);
          assertThat(wire.isClosed()).as(Arrays.toString(packet)).isTrue();
        }
      }
      List<byte[]> after =
          List.of(
              connect,
              Wire.packet(0x36, new byte[] {0, 1, 'a', 0, 1}),
              Wire.packet(0x32, new byte[] {0, 1, 'a', 0, 0}),
              Wire.packet(0x30, new byte[] {0, 1, '#'}),
              // Its topic is longer than the packet, and the next one follows.
              new byte[] {0x30, 3, 0, 9, 'a', 0x30, 4, 0, 1, 'a', 'b', 0x30, 3, 0, 1, 'a'},
              Wire.packet(0x40, new byte[] {0, 1}),
              Wire.packet(0x90, new byte[] {0, 1, 0}),
              Wire.packet(0xF0, new byte[] {0}),
              Wire.packet(0x00));
      for (byte[] packet : after) {
        try (Wire wire = Wire.connected(open.port(), Wire.THREE, "x", CLEAN)) {
          wire.send(packet);
          assertThat(wire.isClosed()).as(Arrays.toString(packet)).isTrue();
        }
      }
      try (Wire wire = new Wire(open.port())) {
        wire.send(Arrays.copyOf(connect, connect.length - 3));
        assertThat(wire.isClosed()).as("a connect that never ends").isTrue();
      }
      try (Wire wire = new Wire(open.port())) {
        wire.send(Arrays.copyOf(connect, 10));
        Await.until("a connect byte by byte is not waited for", () -> !sent(wire, 0));
      }
      assertThat(open.count("mqtt.turned.away", "reason", "slow-connect")).isPositive();
      assertServes(open, 0);
    }
  }

  private static boolean sent(Wire wire, int one) {
    try {
      wire.send(new byte[] {(byte) one});
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Wire.THREE, Wire.FIVE})
  void noBytesAtAllEndTheServer(int version) throws Exception {
    long seed = Long.getLong("mqtt.seed", new Random().nextLong());
    System.out.println("HostilePacketsTest version " + version + " seed " + seed);
    Random random = new Random(seed);
    try (OpenMqtt open = OpenMqtt.onLog("max-packet: 1KiB\nmax-in-flight: 50\n")) {
      byte[] publish = Wire.publish(version, 2, 1, open.topic(), OpenMqtt.event("spoilt"));
      byte[] connect = Wire.connect(version, "x", CLEAN, OpenMqtt.KEY);
      for (int round = 0; round < ROUNDS; round++) {
        boolean first = random.nextInt(3) == 0;
        try (Wire wire =
            first ? new Wire(open.port()) : Wire.connected(open.port(), version, "x", CLEAN)) {
          for (int i = random.nextInt(4); i >= 0; i--) {
            wire.send(spoilt(random, first ? connect : publish));
          }
        } catch (SocketException closed) {
          // As well it may be, at any of them.
        }
      }
      int events = open.logged().size();
      assertServes(open, events);
      // What was spoilt in its payload only is kept; nothing else got in.
      assertThat(open.records())
          .allSatisfy(record -> assertThat(record.value().length).isLessThanOrEqualTo(1024));
    }
  }

  private static byte[] spoilt(Random random, byte[] good) {
    if (random.nextInt(4) == 0) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] bytes = Arrays.copyOf(good, 1 + random.nextInt(good.length));
    for (int i = random.nextInt(5); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }

  private static void assertServes(OpenMqtt open, int events) throws Exception {
    Await.until("no connection is left", () -> open.gauge("connections") == 0);
    Await.until("nothing waits", () -> open.gauge("waiting") == 0);
    int before = Math.max(events, open.logged().size());
    try (Wire wire = Wire.connected(open.port(), Wire.FIVE, "good", CLEAN)) {
      wire.send(Wire.publish(Wire.FIVE, 2, 1, open.topic(), OpenMqtt.event("good")));
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x40, "0001"));
    } catch (IOException e) {
      throw new AssertionError("the server does not serve any more", e);
    }
    assertThat(open.logged()).hasSize(before + 1);
  }
}
