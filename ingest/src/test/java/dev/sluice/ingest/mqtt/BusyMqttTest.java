package dev.sluice.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Health;
import dev.sluice.ingest.sink.Await;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** A log that takes its time, and limits that are reached. */
class BusyMqttTest {
  private static final int CLEAN = 2;
  private static final int AT_LEAST_ONCE = 2;
  private static final int EXACTLY_ONCE = 4;

  private final MockProducer<byte[], byte[]> log =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());

  private OpenMqtt open(String yaml) throws Exception {
    return OpenMqtt.on(log, "answer-patience: 500ms\ndrain-patience: 500ms\n" + yaml);
  }

  private Wire client(OpenMqtt open, int version) throws Exception {
    return Wire.connected(open.port(), version, "device-1", CLEAN);
  }

  private static byte[] event(OpenMqtt open, int version, int flags, int id) throws Exception {
    return Wire.publish(version, flags, id, open.topic(), OpenMqtt.event("e" + id));
  }

  private void awaitAppends(int count) throws Exception {
    Await.until(count + " are handed over", () -> log.history().size() == count);
  }

  @Test
  void nothingIsAcknowledgedBeforeTheLogHasItAndThenInTheOrderItCame() throws Exception {
    try (OpenMqtt open = open("");
        Wire wire = client(open, Wire.FIVE)) {
      wire.send(event(open, Wire.FIVE, AT_LEAST_ONCE, 1));
      byte[] noEvent = "{}".getBytes(StandardCharsets.UTF_8);
      wire.send(Wire.publish(Wire.FIVE, AT_LEAST_ONCE, 2, open.topic(), noEvent));
      wire.send(event(open, Wire.FIVE, EXACTLY_ONCE, 3));
      wire.send(Wire.packet(0xC0));
      awaitAppends(2);

      assertThat(wire.read()).as("no answer but to the ping").isEqualTo(new Wire.Packet(0xD0, ""));
      assertThat(log.completeNext()).isTrue();
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x40, "0001"));
      assertThat(wire.read().hex()).as("was decided first").startsWith("000299");
      assertThat(log.completeNext()).isTrue();
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x50, "0003"));
    }
  }

  @Test
  void whatTheLogDoesNotConfirmEndsTheConnectionSoThatItIsSentAgain() throws Exception {
    try (OpenMqtt open = open("")) {
      try (Wire wire = client(open, Wire.FIVE)) {
        wire.send(event(open, Wire.FIVE, AT_LEAST_ONCE, 1));
        awaitAppends(1);
        assertThat(log.errorNext(new TimeoutException("no answer"))).isTrue();
        Wire.Packet bye = wire.read();
        assertThat(bye.head()).isEqualTo(0xE0);
        assertThat(bye.hex()).startsWith("89");
        assertThat(wire.isClosed()).isTrue();
      }
      assertThat(open.door.state()).isInstanceOf(Health.Down.class);
      try (Wire wire = client(open, Wire.FIVE)) {
        wire.send(event(open, Wire.FIVE, AT_LEAST_ONCE | 8, 1));
        awaitAppends(2);
        assertThat(log.completeNext()).isTrue();
        assertThat(wire.read()).isEqualTo(new Wire.Packet(0x40, "0001"));
      }
    }
  }

  @Test
  void aRepeatedPacketOfQualityTwoWaitsForTheAppendOfTheConnectionBefore() throws Exception {
    try (OpenMqtt open = open("")) {
      try (Wire wire = Wire.connected(open.port(), Wire.THREE, "device-1", 0)) {
        wire.send(event(open, Wire.THREE, EXACTLY_ONCE, 5));
        awaitAppends(1);
      }
      Await.until("it has gone", () -> open.gauge("connections") == 0);
      try (Wire wire = new Wire(open.port())) {
        wire.send(Wire.connect(Wire.THREE, "device-1", 0, OpenMqtt.KEY));
        assertThat(wire.read()).isEqualTo(new Wire.Packet(0x20, "0100"));
        wire.send(event(open, Wire.THREE, EXACTLY_ONCE | 8, 5));
        Await.until("it came again", () -> open.count("mqtt.repeated") == 1);
        assertThat(log.completeNext()).isTrue();
        assertThat(wire.read()).isEqualTo(new Wire.Packet(0x50, "0005"));
      }
      assertThat(log.history()).hasSize(1);
    }
  }

  @Test
  void whenTooMuchWaitsNobodyIsReadAndNothingIsLost() throws Exception {
    int all = 2000;
    try (OpenMqtt open = open("max-waiting: 8\n");
        Wire wire = client(open, Wire.THREE);
        Wire other = Wire.connected(open.port(), Wire.THREE, "device-2", CLEAN)) {
      Thread sending =
          new Thread(
              () -> {
                try {
                  for (int i = 1; i <= all; i++) {
                    wire.send(event(open, Wire.THREE, AT_LEAST_ONCE, i));
                  }
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      sending.start();
      awaitAppends(8);
      other.send(event(open, Wire.THREE, AT_LEAST_ONCE, 1));
      Await.until("the other is taken on and held too", () -> open.gauge("held") == 2);
      assertThat(open.gauge("waiting")).isEqualTo(9);

      double[] most = {0};
      Await.until(
          "all have gone through",
          () -> {
            most[0] = Math.max(most[0], open.gauge("waiting"));
            boolean more = true;
            while (more) {
              more = log.completeNext();
            }
            return log.history().size() == all + 1;
          });
      sending.join();
      for (int i = 1; i <= all; i++) {
        assertThat(wire.read()).isEqualTo(new Wire.Packet(0x40, "%04x".formatted(i)));
      }
      assertThat(other.read()).isEqualTo(new Wire.Packet(0x40, "0001"));
      assertThat(most[0]).as("what waits is bounded").isLessThanOrEqualTo(10);
    }
  }

  @Test
  void whoIsHeldForItsOwnShareIsReadAgainAlsoWhenOthersFilledTheRoomMeanwhile() throws Exception {
    List<Wire> wires = new ArrayList<>();
    try (OpenMqtt open = open("max-waiting: 3\nmax-in-flight: 2\n")) {
      for (String id : List.of("a", "b", "c", "d")) {
        wires.add(Wire.connected(open.port(), Wire.THREE, id, CLEAN));
      }
      for (int i = 1; i <= 3; i++) {
        wires.get(0).send(event(open, Wire.THREE, AT_LEAST_ONCE, i));
      }
      awaitAppends(2);
      for (int other = 1; other <= 3; other++) {
        wires.get(other).send(event(open, Wire.THREE, AT_LEAST_ONCE, 1));
        awaitAppends(2 + other);
      }
      for (int answered = 0; answered < 5; answered++) {
        assertThat(log.completeNext()).isTrue();
      }
      awaitAppends(6);
      assertThat(log.completeNext()).isTrue();
      for (int i = 1; i <= 3; i++) {
        assertThat(wires.get(0).read()).isEqualTo(new Wire.Packet(0x40, "000" + i));
      }
    } finally {
      for (Wire wire : wires) {
        wire.close();
      }
    }
  }

  @Test
  void moreThanAClientWasToldItMaySendEndsItsConnection() throws Exception {
    try (OpenMqtt open = open("max-in-flight: 2\n");
        Wire wire = client(open, Wire.FIVE)) {
      for (int i = 1; i <= 3; i++) {
        wire.send(event(open, Wire.FIVE, EXACTLY_ONCE, i));
        if (i < 3) {
          awaitAppends(i);
          assertThat(log.completeNext()).isTrue();
          assertThat(wire.read()).isEqualTo(new Wire.Packet(0x50, "000" + i));
        }
      }
      assertThat(wire.read().hex()).startsWith("93");
      assertThat(log.history()).hasSize(2);
    }
  }

  @Test
  void connectionsAndConnectsAreLimited() throws Exception {
    try (OpenMqtt open = open("max-connections: 1\n")) {
      try (Wire one = client(open, Wire.THREE);
          Wire two = new Wire(open.port())) {
        assertThat(two.isClosed()).isTrue();
        assertThat(one).isNotNull();
      }
      Await.until("there is room again", () -> open.gauge("connections") == 0);
      Wire.connected(open.port(), Wire.THREE, "device-2", CLEAN).close();
    }
    try (OpenMqtt open = OpenMqtt.on(log, "connects-per-second: 1\n");
        Wire one = client(open, Wire.FIVE);
        Wire two = new Wire(open.port())) {
      two.send(Wire.connect(Wire.FIVE, "device-2", CLEAN, OpenMqtt.KEY));
      assertThat(two.read().hex()).startsWith("009f");
      assertThat(one).isNotNull();
    }
  }

  @Test
  void aStopAnswersWhatIsUnderWayAndThenSaysSo() throws Exception {
    try (OpenMqtt open = OpenMqtt.on(log, "");
        Wire wire = client(open, Wire.FIVE)) {
      wire.send(event(open, Wire.FIVE, AT_LEAST_ONCE, 1));
      awaitAppends(1);
      Thread stopping = new Thread(open::stop);
      stopping.start();
      Await.until("it closes", () -> open.door.state() instanceof Health.Down);
      assertThat(log.completeNext()).isTrue();
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x40, "0001"));
      assertThat(wire.read().hex()).startsWith("8b");
      stopping.join();
    }
  }
}
