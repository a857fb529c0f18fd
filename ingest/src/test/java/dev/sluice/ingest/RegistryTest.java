package dev.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.daemon.Settings;
import dev.sluice.ingest.avro.SchemaAnswer;
import dev.sluice.ingest.avro.SchemaName;
import dev.sluice.ingest.log.KafkaFixture;
import dev.sluice.ingest.registry.RegistrySettings;
import dev.sluice.ingest.registry.SchemaRegistry;
import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.sink.House;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry as its clients ask it, and streams of Avro that are written with its schemas. */
class RegistryTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String READINGS =
      """
      {"type": "record", "name": "Reading", "namespace": "plant", "fields": [
        {"name": "sensor", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["ON", "OFF"]}},
        {"name": "value", "type": ["null", "double"], "default": null}]}
      """;

  @TempDir Path data;

  private record Answer(int status, JsonNode body) {}

  @Test
  void schemasKeepTheirIdsAndCarryEventsFromDoorAndProducersIntoTheTable() throws Exception {
    House house = House.open();
    Path settings =
        Files.writeString(
            data.resolve("ingest.yaml"),
            "streams: {plant-fixed: {format: avro, fields: [{name: a, required: true}]}}\n");
    int wider;
    try (RunningIngest ingest = RunningIngest.start(data, house, settings)) {
      URI registry = ingest.door().resolve("/registry/");
      theProtocol(registry);
      wider = declaredByASchema(ingest, house, registry);
      madeFromFields(ingest, house);
      assertThat(send(ingest.door(), "plant-fixed", "{\"a\":\"x\",\"b\":1}"))
          .contains("\"accepted\":1");
      Await.until("it is a row", () -> rows(house, "plant_fixed").size() == 1);
    }
    try (RunningIngest ingest = RunningIngest.start(data, house, settings)) {
      URI registry = ingest.door().resolve("/registry/");
      assertThat(ask(registry, "schemas/ids/" + wider).body().path("schema").asText())
          .contains("note");
      RegistrySettings client =
          Settings.read(
              RegistrySettings.class,
              JSON.createObjectNode().put("url", ingest.door() + "/registry"));
      SchemaAnswer answer =
          SchemaRegistry.of(client, InstantSource.system())
              .find(new SchemaName(SchemaName.Kind.ID, wider));
      assertThat(answer).isInstanceOf(SchemaAnswer.Found.class);
      assertThat(ingest.run("verify", "raw.plant_readings", "--deep").out())
          .contains("sound, 2 rows");
    }
  }

  /** The id of a further schema that a producer's event has. */
  private int declaredByASchema(RunningIngest ingest, House house, URI registry) throws Exception {
    Path file = Files.writeString(data.resolve("reading.avsc"), READINGS);
    String created =
        ingest
            .run(
                "stream",
                "create",
                "plant-readings",
                "-f",
                file.toString(),
                "--key",
                "sensor",
                "--time",
                "at")
            .out();
    assertThat(created).contains("version 1, 4 fields, 4 shards, avro, schema id ");
    JsonNode latest = ask(registry, "subjects/plant-readings-value/versions/latest").body();
    assertThat(created.strip()).endsWith("schema id " + latest.path("id").asInt());
    assertThat(latest.path("schema").asText()).contains("plant").contains("Reading");

    String refused =
        send(
            ingest.door(),
            "plant-readings",
            "{\"sensor\":\"s1\",\"at\":1769847300250,\"state\":\"ON\",\"value\":1.5}",
            "{\"sensor\":\"s2\",\"at\":1769847300250,\"state\":\"DANCING\"}",
            "{\"sensor\":\"s3\",\"at\":1769847300250,\"state\":\"OFF\",\"more\":1}");
    assertThat(refused)
        .contains("\"accepted\":1")
        .contains("\"wrong-type\"")
        .contains("\\\"DANCING\\\" is none of [ON, OFF]")
        .contains("\"unknown-field\"");
    Schema second =
        new Schema.Parser()
            .parse(
                READINGS.replace(
                    "]}\n", ", {\"name\": \"note\", \"type\": \"string\", \"default\": \"\"}]}"));
    int wider = register(registry, "plant-readings-value", second).body().path("id").asInt();
    produce("plant-readings", wider, second);
    Await.until("both are rows", () -> rows(house, "plant_readings").size() == 2);
    assertThat(rows(house, "plant_readings"))
        .anySatisfy(row -> assertThat(row.getField("value")).isEqualTo(1.5))
        .anySatisfy(row -> assertThat(row.getField("_extra")).isEqualTo(Map.of("note", "\"hot\"")));
    return wider;
  }

  /** A schema made of a stream's fields takes along what the stream does not declare. */
  private void madeFromFields(RunningIngest ingest, House house) throws Exception {
    Path file =
        Files.writeString(
            data.resolve("made.yaml"),
            "format: avro\nfields: [{name: a, required: true}, {name: u, type: uuid}]\n");
    assertThat(ingest.run("stream", "create", "plant-made", "-f", file.toString()).exit()).isZero();
    String uuid = "00000000-0000-0000-0000-000000000001";
    String event = "{\"a\":\"x\",\"u\":\"" + uuid + "\",\"deep\":{\"er\":[1]},\"none\":null}";
    assertThat(send(ingest.door(), "plant-made", event)).contains("\"accepted\":1");
    Files.writeString(file, Files.readString(file).replace("]\n", ", {name: late, type: long}]\n"));
    assertThat(ingest.run("stream", "evolve", "plant-made", "-f", file.toString()).out())
        .contains("version 2");
    assertThat(send(ingest.door(), "plant-made", "{\"a\":\"y\",\"late\":7}"))
        .contains("\"accepted\":1");
    Await.until("both are rows", () -> rows(house, "plant_made").size() == 2);
    assertThat(rows(house, "plant_made"))
        .anySatisfy(
            row -> {
              assertThat(row.getField("u")).hasToString(uuid);
              assertThat(row.getField("_extra")).isEqualTo(Map.of("deep", "{\"er\":[1]}"));
            })
        .anySatisfy(row -> assertThat(row.getField("late")).isEqualTo(7L));
  }

  private static void theProtocol(URI registry) throws Exception {
    Schema one = schema("{\"name\":\"a\",\"type\":\"int\"}");
    int id = register(registry, "clicks-value", one).body().path("id").asInt();
    assertThat(register(registry, "clicks-value", one).body().path("id").asInt()).isEqualTo(id);
    assertThat(register(registry, "other-value", one).body().path("id").asInt()).isEqualTo(id);
    assertThat(ask(registry, "schemas/ids/" + id).body().path("schema").asText())
        .isEqualTo(one.toString());
    Schema breaking = schema("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"int\"}");
    Answer refused = register(registry, "clicks-value", breaking);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().path("error_code").asInt()).isEqualTo(409);
    assertThat(refused.body().path("message").asText()).contains("READER_FIELD_MISSING_DEFAULT");
    String compatibility = "compatibility/subjects/clicks-value/versions/latest?verbose=true";
    JsonNode told = send(registry, "POST", compatibility, body(breaking)).body();
    assertThat(told.path("is_compatible").asBoolean(true)).isFalse();
    assertThat(told.path("messages")).isNotEmpty();
    assertThat(ask(registry, "config").body().path("compatibilityLevel").asText())
        .isEqualTo("BACKWARD");
    code(ask(registry, "config/clicks-value"), 404, 40408);
    String none = "{\"compatibility\":\"NONE\"}";
    assertThat(send(registry, "PUT", "config/clicks-value", none).body().toString())
        .isEqualTo(none);
    int next = register(registry, "clicks-value", breaking).body().path("id").asInt();
    assertThat(next).isGreaterThan(id);
    assertThat(ask(registry, "subjects/clicks-value/versions").body().toString())
        .isEqualTo("[1,2]");
    assertThat(ask(registry, "subjects").body().toString()).contains("\"other-value\"");
    JsonNode found = send(registry, "POST", "subjects/clicks-value", body(breaking)).body();
    assertThat(found.path("version").asInt()).isEqualTo(2);
    assertThat(found.path("subject").asText()).isEqualTo("clicks-value");
    assertThat(ask(registry, "schemas/types").body().toString()).isEqualTo("[\"AVRO\"]");
    code(ask(registry, "subjects/none/versions"), 404, 40401);
    code(ask(registry, "subjects/clicks-value/versions/9"), 404, 40402);
    code(ask(registry, "subjects/clicks-value/versions/x"), 422, 42202);
    code(ask(registry, "schemas/ids/123456"), 404, 40403);
    code(send(registry, "POST", "subjects/other-value", body(breaking)), 404, 40403);
    code(send(registry, "POST", "subjects/s/versions", "{\"schema\":\"{}\"}"), 422, 42201);
    code(
        send(
            registry, "POST", "subjects/s/versions", "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}"),
        422,
        42201);
    code(send(registry, "PUT", "config", "{\"compatibility\":\"SOME\"}"), 422, 42203);
  }

  private static void code(Answer answer, int status, int code) {
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
    assertThat(answer.body().path("error_code").asInt()).isEqualTo(code);
  }

  private static Schema schema(String fields) {
    return new Schema.Parser()
        .parse("{\"type\":\"record\",\"name\":\"Click\",\"fields\":[" + fields + "]}");
  }

  private static String body(Schema schema) {
    return JSON.createObjectNode().put("schema", schema.toString()).toString();
  }

  private static Answer register(URI registry, String subject, Schema schema) throws Exception {
    return send(registry, "POST", "subjects/" + subject + "/versions", body(schema));
  }

  private static Answer ask(URI registry, String path) throws Exception {
    return answer(HttpRequest.newBuilder(registry.resolve(path)).build());
  }

  private static Answer send(URI registry, String method, String path, String body)
      throws Exception {
    return answer(
        HttpRequest.newBuilder(registry.resolve(path))
            .header("Authorization", "Bearer key")
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private static Answer answer(HttpRequest request) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/vnd.schemaregistry.v1+json");
    return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
  }

  private static String send(URI door, String stream, String... events) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(door.resolve("/v1/streams/" + stream + "/events"))
            .header("Authorization", "Bearer key")
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(String.join("\n", events)))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /** As a serializer of Kafka's world frames it. */
  private static void produce(String topic, int id, Schema schema) throws Exception {
    GenericRecord event = new GenericData.Record(schema);
    event.put("sensor", "s9");
    event.put("at", 1769847300250L);
    event.put("state", new GenericData.EnumSymbol(schema.getField("state").schema(), "OFF"));
    event.put("note", "hot");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    BinaryEncoder out = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema).write(event, out);
    out.flush();
    Map<String, Object> config = Map.of("bootstrap.servers", KafkaFixture.bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, bytes.toByteArray())).get();
    }
  }

  private static List<Record> rows(House house, String table) {
    return house.lake().find(TableIdentifier.of("raw", table)).stream()
        .flatMap(
            found -> StreamSupport.stream(IcebergGenerics.read(found).build().spliterator(), false))
        .toList();
  }
}
