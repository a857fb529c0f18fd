package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.registry.RegistryFixture;
import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.sink.House;
import dev.sluice.ingest.table.TableProgress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Avro on the log, from a plain Kafka producer to rows, dead letters and back. */
class AvroStreamTest {

  private static final String STREAM = "avro-clicks";
  private static final TableIdentifier TABLE = TableIdentifier.of("raw", "avro_clicks");
  private static final Instant AT = Instant.parse("2026-01-31T08:15:00.123456Z");
  private static final Schema CLICK =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Click", "namespace": "shop", "fields": [
                {"name": "click", "type": {"type": "string", "logicalType": "uuid"}},
                {"name": "visitor", "type": "string"},
                {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                {"name": "position", "type": ["null", "int"], "default": null},
                {"name": "price", "type": "float"},
                {"name": "kind", "type": {"type": "enum", "name": "K", "symbols": ["BUY", "LOOK"]}},
                {"name": "tags", "type": {"type": "array", "items": "string"}}
              ]}
              """);

  @TempDir Path data;

  @Test
  void avroEventsBecomeRowsAndDamagedOnesDeadLetters() throws Exception {
    House house = House.open();
    try (RegistryFixture registry = new RegistryFixture()) {
      registry.be(RegistryFixture.State.BROKEN);
      registry.register(7, CLICK.toString());
      try (RunningIngest running = RunningIngest.start(data, house, settings(registry))) {
        send(confluent(7, click(0)), singleObject(click(1)), damaged(), confluent(8, click(3)));
        assertWaits(house, running);

        registry.be(RegistryFixture.State.WELL);
        Await.until("all are in", () -> offsets(house) == 4);
        assertRows(house, 0, 1);
        assertLetters(running);
        assertTheDoorSaysHow(running);
        assertSound(running, "2 rows");

        registry.register(8, CLICK.toString());
        RunningIngest.Run replay =
            running.run("deadletters", "replay", "--stream", STREAM, "--shard=0", "--offset=3");
        assertThat(replay.out()).startsWith(STREAM + ": 1 dead letters, 1 became rows");
        assertRows(house, 0, 1, 3);
        assertSound(running, "3 rows");
        RunningIngest.Run again = running.run("deadletters", "replay", "--stream", STREAM);
        assertThat(again.out()).contains("0 became rows").contains("malformed-avro 1");
      }
    }
  }

  /** A registry that cannot be asked makes no dead letters: the shard stops and says why. */
  private void assertWaits(House house, RunningIngest running) throws Exception {
    Await.until("the shard waits", () -> running.health().contains("the schema registry"));
    assertThat(running.health()).contains("offset 0 of " + STREAM + "-0 waits").contains("503");
    assertThat(offsets(house)).isZero();
  }

  private static void assertRows(House house, int... numbers) throws IOException {
    List<Record> rows = rows(house);
    assertThat(rows).hasSize(numbers.length);
    for (int i = 0; i < numbers.length; i++) {
      int number = numbers[i];
      Record row = rows.get(i);
      assertThat(row.getField("_offset")).isEqualTo((long) number);
      assertThat(row.getField("click")).isEqualTo(new UUID(7, number));
      assertThat(row.getField("visitor")).isEqualTo("größe-" + number);
      assertThat(row.getField("at")).isEqualTo(AT.atOffset(ZoneOffset.UTC));
      assertThat(row.getField("position")).isEqualTo(number == 0 ? null : (long) number);
      assertThat(row.getField("price")).isEqualTo((double) (number + 0.1f));
      assertThat(row.getField("kind")).isEqualTo("LOOK");
      assertThat(row.getField("_extra")).isEqualTo(Map.of("tags", "[\"a\",\"\\\"b\\\"\"]"));
    }
  }

  private static void assertLetters(RunningIngest running) {
    RunningIngest.Run list = running.run("deadletters", "list", "--stream", STREAM);
    assertThat(list.out().lines().toList())
        .anyMatch(
            line ->
                line.matches(
                    STREAM
                        + " +0 +2 malformed-avro .* 20 +a length of 36 where 14 bytes are left at byte 5"))
        .anyMatch(line -> line.matches(STREAM + " +0 +3 unknown-schema .*a schema of id 8.*"));
    RunningIngest.Run show = running.run("deadletters", "show", STREAM, "0", "2");
    assertThat(show.out()).contains("value, 20 bytes:\n00000000  00 00 00 00 07 48 30 30 ");
  }

  private static void assertTheDoorSaysHow(RunningIngest running) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(running.door().resolve("/v1/streams/" + STREAM + "/events"))
                    .header("Authorization", "Bearer key")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(answer.body()).contains("are avro and come by a Kafka producer");
    assertThat(running.run("stream", "show", STREAM).out()).startsWith(STREAM + ": avro, 1 shards");
  }

  private static void assertSound(RunningIngest running, String rows) {
    RunningIngest.Run sound = running.run("verify", "raw.avro_clicks", "--deep");
    assertThat(sound.exit()).as(sound.out() + sound.err()).isZero();
    assertThat(sound.out()).contains("raw.avro_clicks: sound, " + rows);
  }

  private Path settings(RegistryFixture registry) throws IOException {
    Path schema = Files.writeString(data.resolve("click.avsc"), CLICK.toString());
    return Files.writeString(
        data.resolve("settings.yaml"),
        """
        registry: {url: '%s', user: %s, password: %s, timeout: 1s, unknown-kept: 0s}
        streams:
          %s:
            format: avro
            schemas:
              - {file: '%s'}
            key: visitor
            time: at
            id: click
            shards: 1
            fields:
              - {name: click, type: uuid, required: true}
              - {name: visitor, type: string, required: true}
              - {name: at, type: timestamp, required: true}
              - {name: position, type: long}
              - {name: price, type: double}
              - {name: kind, type: string}
        """
            .formatted(
                registry.url(), RegistryFixture.USER, RegistryFixture.PASSWORD, STREAM, schema));
  }

  private static GenericRecord click(int number) {
    GenericRecord click = new GenericData.Record(CLICK);
    click.put("click", new UUID(7, number).toString());
    click.put("visitor", "größe-" + number);
    click.put("at", AT.getEpochSecond() * 1_000_000 + AT.getNano() / 1_000);
    click.put("position", number == 0 ? null : number);
    click.put("price", number + 0.1f);
    click.put("kind", new GenericData.EnumSymbol(CLICK.getField("kind").schema(), "LOOK"));
    click.put("tags", List.of("a", "\"b\""));
    return click;
  }

  /** As Confluent's serializer writes it. */
  private static byte[] confluent(int id, GenericRecord event) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(CLICK).write(event, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  /** As Avro's own library writes it. */
  private static byte[] singleObject(GenericRecord event) throws IOException {
    ByteBuffer bytes =
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), CLICK).encode(event);
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }

  private static byte[] damaged() throws IOException {
    return Arrays.copyOf(confluent(7, click(2)), 20);
  }

  private static void send(byte[]... events) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", KafkaFixture.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (byte[] event : events) {
        producer.send(new ProducerRecord<>(STREAM, 0, null, event)).get();
      }
    }
  }

  private static long offsets(House house) {
    return house
        .lake()
        .find(TABLE)
        .map(
            table -> TableProgress.of(table).values().stream().mapToLong(p -> p.nextOffset()).sum())
        .orElse(0L);
  }

  private static List<Record> rows(House house) throws IOException {
    try (CloseableIterable<Record> rows = IcebergGenerics.read(house.lake().load(TABLE)).build()) {
      return StreamSupport.stream(rows.spliterator(), false)
          .sorted(Comparator.comparingLong(row -> (Long) row.getField("_offset")))
          .toList();
    }
  }
}
