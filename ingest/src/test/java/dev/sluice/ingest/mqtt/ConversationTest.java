package dev.sluice.ingest.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.sink.Await;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said on the wire, packet by packet, in either version. */
class ConversationTest {
  private static final int CLEAN = 2;
  private static final int AT_LEAST_ONCE = 2;
  private static final int EXACTLY_ONCE = 4;
  private static final int AGAIN = 8;
  private static final int RETAIN = 1;
  private static final byte[] NO_EVENT = "{\"event_id\":\"e\"".getBytes(UTF_8);

  private OpenMqtt open;

  @BeforeEach
  void open() throws Exception {
    open = OpenMqtt.onLog("max-packet: 4KiB\nmax-in-flight: 10\n");
  }

  @AfterEach
  void close() {
    open.close();
  }

  private Wire client(int version, int flags) throws Exception {
    return Wire.connected(open.port(), version, "device-1", flags);
  }

  @ParameterizedTest
  @ValueSource(ints = {Wire.THREE, Wire.FIVE})
  void eachQualityHasItsAnswersAndOneEvent(int version) throws Exception {
    try (Wire wire = client(version, CLEAN)) {
      wire.send(Wire.publish(version, 0, 0, open.topic(), OpenMqtt.event("e0")));
      wire.send(Wire.publish(version, AT_LEAST_ONCE, 1, open.topic(), OpenMqtt.event("e1")));
      wire.send(Wire.publish(version, EXACTLY_ONCE, 2, open.topic(), OpenMqtt.event("e2")));

      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x40, "0001"));
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x50, "0002"));
      wire.send(Wire.packet(0x62, (byte) 0, (byte) 2));
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x70, "0002"));
    }
    Await.until("all are there", () -> open.logged().size() == 3);
    assertThat(open.records())
        .allSatisfy(record -> assertThat(new String(record.key(), UTF_8)).isEqualTo("d1"));
    assertThat(open.count("door.accepted")).isEqualTo(3);
  }

  @Test
  void aPacketOfQualityTwoThatComesAgainIsAppendedOnceAlsoAfterTheConnectionBroke()
      throws Exception {
    byte[] first = Wire.publish(Wire.THREE, EXACTLY_ONCE, 7, open.topic(), OpenMqtt.event("a"));
    byte[] again =
        Wire.publish(Wire.THREE, EXACTLY_ONCE | AGAIN, 7, open.topic(), OpenMqtt.event("a"));
    Wire.Packet received = new Wire.Packet(0x50, "0007");
    try (Wire wire = client(Wire.THREE, 0)) {
      wire.send(first);
      assertThat(wire.read()).isEqualTo(received);
      wire.send(again);
      assertThat(wire.read()).isEqualTo(received);
    }
    Await.until("it has gone", () -> open.gauge("connections") == 0);

    try (Wire wire = new Wire(open.port())) {
      wire.send(Wire.connect(Wire.THREE, "device-1", 0, OpenMqtt.KEY));
      assertThat(wire.read()).as("its session is there").isEqualTo(new Wire.Packet(0x20, "0100"));
      wire.send(again);
      assertThat(wire.read()).isEqualTo(received);
      wire.send(Wire.packet(0x62, (byte) 0, (byte) 7));
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x70, "0007"));
      wire.send(Wire.publish(Wire.THREE, EXACTLY_ONCE, 7, open.topic(), OpenMqtt.event("b")));
      assertThat(wire.read()).as("the number is free again").isEqualTo(received);
    }
    assertThat(open.logged()).hasSize(2);
    assertThat(open.count("mqtt.repeated")).isEqualTo(2);
  }

  @Test
  void versionFiveIsToldWhatIsNoEventAndNothingOfItIsKept() throws Exception {
    try (Wire wire = client(Wire.FIVE, CLEAN)) {
      wire.send(Wire.publish(Wire.FIVE, AT_LEAST_ONCE, 1, open.topic(), NO_EVENT));
      wire.send(Wire.publish(Wire.FIVE, EXACTLY_ONCE, 2, open.topic(), NO_EVENT));

      Wire.Packet one = wire.read();
      assertThat(one.head()).isEqualTo(0x40);
      assertThat(one.hex()).startsWith("000199").contains(hex("malformed-json: "));
      Wire.Packet two = wire.read();
      assertThat(two.head()).isEqualTo(0x50);
      assertThat(two.hex()).startsWith("000299");
    }
    assertThat(open.logged()).isEmpty();
    assertThat(open.count("door.refused", "reason", "malformed-json")).isEqualTo(2);
  }

  @Test
  void whoCannotBeToldIsAnsweredAndTheBytesAreKept() throws Exception {
    try (Wire wire = client(Wire.THREE, CLEAN)) {
      wire.send(Wire.publish(Wire.THREE, AT_LEAST_ONCE, 1, open.topic(), NO_EVENT));
      wire.send(
          Wire.publish(
              Wire.THREE, AT_LEAST_ONCE, 2, "events/" + open.stream.name(), new byte[] {-1}));
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x40, "0001"));
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x40, "0002"));
    }
    List<ConsumerRecord<byte[], byte[]>> kept = open.records();
    assertThat(kept)
        .extracting(record -> new String(record.key(), UTF_8))
        .as("the topic's key, or else the client's id")
        .containsExactlyInAnyOrder("d1", "device-1");
    assertThat(kept).extracting(ConsumerRecord::value).contains(NO_EVENT, new byte[] {-1});
    assertThat(open.count("door.kept")).isEqualTo(2);
    assertThat(open.count("door.received"))
        .isEqualTo(open.count("door.refused") + open.count("door.accepted"));
  }

  @Test
  void anUnknownTopicIsNeverAcknowledged() throws Exception {
    byte[] event = OpenMqtt.event("e");
    try (Wire wire = client(Wire.FIVE, CLEAN)) {
      wire.send(Wire.publish(Wire.FIVE, AT_LEAST_ONCE, 1, "elsewhere", event));
      assertThat(wire.read().hex()).startsWith("000190");
      wire.send(Wire.publish(Wire.FIVE, EXACTLY_ONCE, 2, "events/no-stream", event));
      assertThat(wire.read().hex()).startsWith("000290");
      wire.send(Wire.publish(Wire.FIVE, 0, 0, "elsewhere", event));
      Wire.Packet bye = wire.read();
      assertThat(bye.head()).as("QoS 0 has no other answer").isEqualTo(0xE0);
      assertThat(bye.hex()).startsWith("90");
    }
    try (Wire wire = client(Wire.THREE, CLEAN)) {
      wire.send(Wire.publish(Wire.THREE, AT_LEAST_ONCE, 1, "elsewhere", event));
      assertThat(wire.isClosed()).isTrue();
    }
    assertThat(open.logged()).isEmpty();
    assertThat(open.count("mqtt.refused", "reason", "unknown-topic")).isEqualTo(3);
    assertThat(open.count("mqtt.refused", "reason", "unknown-stream")).isEqualTo(1);
  }

  @Test
  void nothingIsRetainedAndNobodySubscribes() throws Exception {
    byte[] subscription = {0, 9, 0, 1, '#', 0};
    try (Wire wire = client(Wire.THREE, CLEAN)) {
      wire.send(Wire.packet(0x82, subscription));
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x90, "000980"));
      byte[] event = OpenMqtt.event("e");
      wire.send(Wire.publish(Wire.THREE, AT_LEAST_ONCE | RETAIN, 1, open.topic(), event));
      assertThat(wire.read()).as("an event like any").isEqualTo(new Wire.Packet(0x40, "0001"));
      wire.send(Wire.publish(Wire.THREE, AT_LEAST_ONCE | RETAIN, 2, open.topic(), new byte[0]));
      assertThat(wire.read()).as("clears nothing").isEqualTo(new Wire.Packet(0x40, "0002"));
      wire.send(Wire.packet(0xC0));
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0xD0, ""));
    }
    try (Wire wire = new Wire(open.port())) {
      wire.send(Wire.connect(Wire.FIVE, "five", CLEAN, OpenMqtt.KEY));
      assertThat(wire.read().hex())
          .contains("21000a", "2700001000", "2500", "2800", "2900", "2a00");
      wire.send(Wire.packet(0x82, new byte[] {0, 9, 0, 0, 1, '#', 0}));
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x90, "00090087"));
      wire.send(Wire.publish(Wire.FIVE, RETAIN, 0, open.topic(), OpenMqtt.event("no")));
      assertThat(wire.read().hex()).startsWith("9a");
    }
    assertThat(open.logged()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {Wire.THREE, Wire.FIVE})
  void onlyAKeyLetsIn(int version) throws Exception {
    String wrong = version == Wire.FIVE ? "0086" : "0004";
    try (Wire wire = new Wire(open.port())) {
      wire.send(Wire.connect(version, "x", CLEAN, "guess"));
      assertThat(wire.read().hex()).startsWith(wrong);
      assertThat(wire.isClosed()).isTrue();
    }
    assertThat(open.count("mqtt.turned.away", "reason", "wrong-key")).isEqualTo(1);
  }

  @Test
  void aVersionThatIsNotSpokenIsTold() throws Exception {
    try (Wire wire = new Wire(open.port())) {
      byte[] connect = Wire.connect(Wire.THREE, "x", CLEAN, OpenMqtt.KEY);
      connect[8] = 9;
      wire.send(connect);
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x20, "0001"));
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void whoComesUnderTheSameNameTakesThePlace() throws Exception {
    try (Wire first = client(Wire.FIVE, CLEAN);
        Wire second = client(Wire.FIVE, CLEAN)) {
      Wire.Packet bye = first.read();
      assertThat(bye.head()).isEqualTo(0xE0);
      assertThat(bye.hex()).startsWith("8e");
      second.send(Wire.publish(Wire.FIVE, AT_LEAST_ONCE, 1, open.topic(), OpenMqtt.event("e")));
      assertThat(second.read()).isEqualTo(new Wire.Packet(0x40, "0001"));
    }
  }

  @Test
  void aTopicMayBeSaidByItsAlias() throws Exception {
    byte[] named = Wire.publish(Wire.FIVE, 0, 0, open.topic(), new byte[0]);
    byte[] topic = Arrays.copyOfRange(named, 2, named.length - 1);
    try (Wire wire = client(Wire.FIVE, CLEAN)) {
      wire.send(aliased(topic, 3, OpenMqtt.event("e1")));
      wire.send(aliased(new byte[] {0, 0}, 3, OpenMqtt.event("e2")));
      Await.until("both are there", () -> open.logged().size() == 2);
      wire.send(aliased(new byte[] {0, 0}, 200, OpenMqtt.event("e3")));
      assertThat(wire.read().hex()).startsWith("94");
    }
  }

  @Test
  void aTopicThatIsTooLongIsRefusedAndNotKeptForItsAlias() throws Exception {
    String topic = "events/" + "x".repeat(1018);
    byte[] named = Wire.publish(Wire.FIVE, 0, 0, topic, new byte[0]);
    byte[] unkept = Arrays.copyOfRange(named, 3, named.length - 1);
    byte[] kept = Wire.publish(Wire.FIVE, 0, 0, open.topic(), new byte[0]);
    try (Wire wire = client(Wire.FIVE, CLEAN)) {
      wire.send(Wire.publish(Wire.FIVE, AT_LEAST_ONCE, 1, topic, OpenMqtt.event("e")));
      assertThat(wire.read().hex()).startsWith("000190").contains(hex("mqtt.longest-topic"));
      wire.send(aliased(Arrays.copyOfRange(kept, 2, kept.length - 1), 3, OpenMqtt.event("e1")));
      Await.until("it is there", () -> open.logged().size() == 1);
      byte[] numbered = Arrays.copyOf(unkept, unkept.length + 2);
      numbered[numbered.length - 1] = 2;
      byte[] again = aliased(numbered, 3, OpenMqtt.event("e2"));
      again[0] |= AT_LEAST_ONCE;
      wire.send(again);
      assertThat(wire.read().hex()).startsWith("000290");
      wire.send(aliased(new byte[] {0, 0}, 3, OpenMqtt.event("e3")));
      assertThat(wire.read().hex()).as("it does not stand for the earlier topic").startsWith("82");
    }
    try (Wire wire = client(Wire.THREE, CLEAN)) {
      wire.send(Wire.publish(Wire.THREE, AT_LEAST_ONCE, 1, topic, OpenMqtt.event("e")));
      assertThat(wire.isClosed()).isTrue();
    }
    assertThat(open.logged()).hasSize(1);
    assertThat(open.count("mqtt.refused", "reason", "long-topic")).isEqualTo(3);
  }

  private static byte[] aliased(byte[] topic, int alias, byte[] event) {
    byte[] body = new byte[topic.length + 4 + event.length];
    System.arraycopy(topic, 0, body, 0, topic.length);
    System.arraycopy(new byte[] {3, 0x23, 0, (byte) alias}, 0, body, topic.length, 4);
    System.arraycopy(event, 0, body, topic.length + 4, event.length);
    return Wire.packet(0x30, body);
  }

  @Test
  void aPacketThatIsTooLongEndsTheConnectionAndSaysSo() throws Exception {
    try (Wire wire = client(Wire.FIVE, CLEAN)) {
      wire.send(Wire.publish(Wire.FIVE, AT_LEAST_ONCE, 1, open.topic(), new byte[5000]));
      Wire.Packet bye = wire.read();
      assertThat(bye.head()).isEqualTo(0xE0);
      assertThat(bye.hex()).startsWith("95");
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void aSilentClientIsSentAwayWhenItsKeepAliveIsOver() throws Exception {
    byte[] connect = Wire.connect(Wire.THREE, "silent", CLEAN, OpenMqtt.KEY);
    connect[11] = 1;
    try (Wire wire = new Wire(open.port())) {
      wire.send(connect);
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x20, "0000"));
      assertThat(wire.isClosed()).isTrue();
    }
  }

  private static String hex(String text) {
    StringBuilder hex = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      hex.append("%02x".formatted(b));
    }
    return hex.toString();
  }
}
