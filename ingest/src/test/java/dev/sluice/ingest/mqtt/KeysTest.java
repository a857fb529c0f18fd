package dev.sluice.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Secret;
import dev.sluice.ingest.key.KeySettings;
import dev.sluice.ingest.key.LockoutSettings;
import dev.sluice.ingest.key.WriteKeys;
import dev.sluice.ingest.sink.Await;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a device's key opens, and how much of it. */
class KeysTest {
  private static final int CLEAN = 2;
  private static final int AT_LEAST_ONCE = 2;

  private static OpenMqtt open(KeySettings small, int lockout) throws Exception {
    return OpenMqtt.onLog(
        "",
        new WriteKeys(
            new Secret(OpenMqtt.KEY),
            Map.of("small", small),
            new LockoutSettings(lockout, Duration.ofMinutes(1), 10),
            InstantSource.system()));
  }

  private static KeySettings key(String streams, Optional<Integer> rate, Optional<Long> daily) {
    return new KeySettings(
        new Secret("small-key"), List.of(streams), rate, Optional.empty(), daily, false);
  }

  private static Wire connected(OpenMqtt open, int version) throws Exception {
    Wire wire = new Wire(open.port());
    wire.send(Wire.connect(version, "x", CLEAN, "small-key"));
    assertThat(wire.read().hex()).startsWith("0000");
    return wire;
  }

  private static byte[] event(OpenMqtt open, int version, int flags, int id) throws Exception {
    return Wire.publish(version, flags, id, open.topic(), OpenMqtt.event("e" + id));
  }

  @Test
  void aKeyWritesToItsStreamsOnly() throws Exception {
    try (OpenMqtt open = open(key("other-*", Optional.empty(), Optional.empty()), 0)) {
      try (Wire wire = connected(open, Wire.FIVE)) {
        wire.send(event(open, Wire.FIVE, AT_LEAST_ONCE, 1));
        assertThat(wire.read().hex()).startsWith("000187");
        wire.send(event(open, Wire.FIVE, 0, 0));
        assertThat(wire.read().hex()).startsWith("87");
      }
      try (Wire wire = connected(open, Wire.THREE)) {
        wire.send(event(open, Wire.THREE, AT_LEAST_ONCE, 1));
        assertThat(wire.isClosed()).isTrue();
      }
      assertThat(open.logged()).isEmpty();
    }
  }

  @Test
  void whoSendsFasterThanItsKeyAllowsIsToldOrElseSlowedDown() throws Exception {
    try (OpenMqtt open = open(key("*", Optional.of(3), Optional.empty()), 0)) {
      try (Wire wire = connected(open, Wire.THREE)) {
        for (int i = 1; i <= 5; i++) {
          wire.send(event(open, Wire.THREE, AT_LEAST_ONCE, i));
        }
        for (int i = 1; i <= 5; i++) {
          assertThat(wire.read()).isEqualTo(new Wire.Packet(0x40, "000" + i));
        }
      }
      assertThat(open.logged()).as("slowed down, and nothing lost").hasSize(5);
      try (Wire wire = connected(open, Wire.FIVE)) {
        int refused = 0;
        for (int i = 1; i <= 9; i++) {
          wire.send(event(open, Wire.FIVE, AT_LEAST_ONCE, i));
        }
        for (int i = 1; i <= 9; i++) {
          refused += wire.read().hex().startsWith("000" + i + "97") ? 1 : 0;
        }
        assertThat(refused).isPositive();
        assertThat(open.logged()).hasSize(5 + 9 - refused);
      }
    }
  }

  @Test
  void aDaysAllowanceThatIsSpentEndsTheConnectionOfWhoCannotBeTold() throws Exception {
    try (OpenMqtt open = open(key("*", Optional.empty(), Optional.of(2L)), 0);
        Wire wire = connected(open, Wire.THREE)) {
      for (int i = 1; i <= 3; i++) {
        wire.send(event(open, Wire.THREE, AT_LEAST_ONCE, i));
      }
      assertThat(wire.isClosed()).isTrue();
      Await.until("two are there", () -> open.logged().size() == 2);
      assertThat(open.count("mqtt.refused", "reason", "quota")).isEqualTo(1);
    }
  }

  @Test
  void whoGuessesKeysIsLockedOut() throws Exception {
    try (OpenMqtt open = open(key("*", Optional.empty(), Optional.empty()), 2)) {
      for (String answer : List.of("0086", "0086", "008a")) {
        try (Wire wire = new Wire(open.port())) {
          wire.send(
              Wire.connect(Wire.FIVE, "x", CLEAN, answer.equals("008a") ? OpenMqtt.KEY : "g"));
          assertThat(wire.read().hex()).startsWith(answer);
        }
      }
    }
  }
}
