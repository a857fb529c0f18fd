package dev.sluice.ingest.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.enrich.Enrichment;
import dev.sluice.ingest.enrich.EnrichmentSettings;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Partitioning;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What steps hide is nowhere in the log, whatever comes beside the event. */
class SingleSenderTest {
  private static final Stream HIDING = json("hiding");
  private static final Stream PLAIN = json("plain");
  private static final byte[] EVENT = "{\"name\":\"anna\"}".getBytes(UTF_8);

  private final MockProducer<byte[], byte[]> log =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final SingleSender sender =
      new SingleSender(
          log,
          1024,
          10,
          Duration.ofSeconds(20),
          InstantSource.system(),
          new SimpleMeterRegistry(),
          Enrichment.of(
              Settings.text(
                  EnrichmentSettings.class,
                  "enrichment",
                  "{pseudonyms: {secret: 0123456789abcdef}, streams: {hiding:"
                      + " [{step: pseudonym, fields: [name]}]}}"),
              Streams.of(List.of(HIDING, PLAIN))));

  private static Stream json(String name) {
    return new Stream(
        name,
        List.of(new Field("name", FieldType.STRING, true)),
        Optional.empty(),
        Optional.empty(),
        1);
  }

  private static Stream avro(Stream json) {
    return new Stream(
        json.name(),
        json.fields(),
        json.keyField(),
        json.timeField(),
        json.shards(),
        json.id(),
        new EventFormat.Avro(List.of()),
        Partitioning.UNSAID,
        Optional.empty(),
        json.name(),
        Optional.empty(),
        1,
        new TreeMap<>());
  }

  @AfterEach
  void drain() throws Exception {
    sender.drain();
  }

  private EventResult send(Stream stream) throws Exception {
    CompletableFuture<EventResult> result = new CompletableFuture<>();
    Single single =
        new Single(stream, Optional.of("anna"), Buffer.buffer(EVENT), Single.Unfit.KEEP);
    assertThat(sender.offer(single, result::complete)).isTrue();
    return result.get(20, TimeUnit.SECONDS);
  }

  @Test
  void avroIsRefusedWhereStepsHideSomethingAndAppendedAsItIsElsewhere() throws Exception {
    assertThat(send(avro(HIDING)))
        .isInstanceOfSatisfying(
            EventResult.Refusal.class,
            refusal ->
                assertThat(refusal.detail())
                    .contains("the steps of hiding hide", "Avro from devices is not read here"));
    assertThat(log.history()).isEmpty();
    assertThat(send(avro(PLAIN))).isInstanceOf(EventResult.Receipt.class);
    assertThat(log.history()).singleElement().extracting(r -> r.value()).isEqualTo(EVENT);
  }

  @Test
  void aKeyFromBesideTheEventIsNotUsedWhereStepsHideSomething() throws Exception {
    assertThat(send(HIDING)).isInstanceOf(EventResult.Receipt.class);
    assertThat(log.history())
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.key()).isNull();
              assertThat(new String(record.value(), UTF_8)).doesNotContain("anna");
            });
    assertThat(send(PLAIN)).isInstanceOf(EventResult.Receipt.class);
    assertThat(log.history().get(1).key()).isEqualTo("anna".getBytes(UTF_8));
  }
}
