package dev.sluice.ingest.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.enrich.Enrichment;
import dev.sluice.ingest.enrich.EnrichmentSettings;
import dev.sluice.ingest.log.Durability;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Partitioning;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Streams that come, change and go while the server runs. */
class LiveStreamsTest {
  private static final int CLEAN = 2;
  private static final int AT_LEAST_ONCE = 2;

  private static Stream own() {
    return KafkaFixture.renamed(
        Streams.shipped().find("sensor-readings").orElseThrow(), Durability.NONE);
  }

  private static byte[] event(int version, int id) throws Exception {
    return Wire.publish(version, AT_LEAST_ONCE, id, "hall/d1", OpenMqtt.event("e" + id));
  }

  private static String rule(Stream stream) {
    return "topics: ['hall/{key} -> " + stream.name() + "']\n";
  }

  @Test
  void aRuleOfAStreamThatIsNotThereKeepsNobodyOutAndServesItOnceItIs() throws Exception {
    Stream own = own();
    Streams none = Streams.of(List.of());
    try (OpenMqtt open = OpenMqtt.onLog(own, none, rule(own), Enrichment.none());
        Wire wire = Wire.connected(open.port(), Wire.FIVE, "d", CLEAN)) {
      wire.send(event(Wire.FIVE, 1));
      assertThat(wire.read().hex()).startsWith("000190");
      open.known.set(Streams.of(List.of(own)));
      wire.send(event(Wire.FIVE, 2));
      assertThat(wire.read()).isEqualTo(new Wire.Packet(0x40, "0002"));
      open.known.set(none);
      wire.send(event(Wire.FIVE, 3));
      assertThat(wire.read().hex()).startsWith("000390");
      assertThat(open.logged()).hasSize(1);
      assertThat(open.count("mqtt.refused", "reason", "unknown-stream")).isEqualTo(2);
    }
  }

  @Test
  void avroWhoseStepsHideSomethingIsNeitherKeptNorAcknowledged() throws Exception {
    Stream own = own();
    Stream avro =
        new Stream(
            own.name(),
            own.fields(),
            own.keyField(),
            own.timeField(),
            own.shards(),
            Optional.empty(),
            new EventFormat.Avro(List.of()),
            Partitioning.UNSAID,
            Optional.empty(),
            own.name(),
            Optional.empty(),
            1,
            new TreeMap<>());
    Enrichment hiding =
        Enrichment.of(
            Settings.text(
                EnrichmentSettings.class,
                "enrichment",
                "{pseudonyms: {secret: 0123456789abcdef}, streams: {"
                    + own.name()
                    + ": [{step: pseudonym, fields: [device_id]}]}}"),
            Streams.of(List.of(own)));
    try (OpenMqtt open =
        OpenMqtt.onLog(own, Streams.of(List.of(avro)), "max-packet: 4KiB\n", hiding)) {
      byte[] record = "anna".getBytes(UTF_8);
      try (Wire five = Wire.connected(open.port(), Wire.FIVE, "d", CLEAN);
          Wire three = Wire.connected(open.port(), Wire.THREE, "e", CLEAN)) {
        five.send(Wire.publish(Wire.FIVE, AT_LEAST_ONCE, 1, open.topic(), record));
        assertThat(five.read().hex()).startsWith("000190");
        three.send(Wire.publish(Wire.THREE, AT_LEAST_ONCE, 1, open.topic(), record));
        assertThat(three.isClosed()).isTrue();
      }
      assertThat(open.count("mqtt.refused", "reason", "unread-format")).isEqualTo(2);
      open.known.set(Streams.of(List.of(own)));
      try (Wire three = Wire.connected(open.port(), Wire.THREE, "e", CLEAN)) {
        three.send(
            Wire.publish(Wire.THREE, AT_LEAST_ONCE, 2, open.topic(), OpenMqtt.event("json")));
        assertThat(three.read()).isEqualTo(new Wire.Packet(0x40, "0002"));
      }
      assertThat(open.logged()).hasSize(1);
    }
  }
}
