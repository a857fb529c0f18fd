package dev.sluice.ingest.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.StreamText;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionTest {
  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  void whatIsWrittenOutIsReadAsTheSame() throws Exception {
    Stream stream =
        read(
            "{key: a, time: t, id: a, window: 90m, shards: 3, retention: 7d, topic: Other.topic,"
                + " partition: 'day(t), bucket[4](a)', route: {field: a, tables: {x: xs}},"
                + " fields: [{name: a, required: true}, {name: t, type: timestamp}]}")
            .stream("s");
    assertThat(stream.retention()).contains(Duration.ofDays(7));
    assertThat(Definition.kept(StreamText.of(stream), Optional.empty()).stream("s"))
        .isEqualTo(stream);
  }

  @Test
  void anAvroSchemaDeclaresTheFields() throws Exception {
    Definition definition =
        read(
            """
            key: a
            schema:
              type: record
              name: R
              fields:
                - {name: a, type: string}
                - {name: b, type: ['null', {type: int, logicalType: date}]}
                - {name: c, type: long, default: 7}
                - {name: d, type: {type: bytes, logicalType: decimal, precision: 9, scale: 2}}
                - {name: e, type: {type: string, logicalType: uuid}}
                - {name: f, type: {type: long, logicalType: timestamp-micros}}
            """);
    Stream stream = definition.stream("s");
    assertThat(stream.format().wireName()).isEqualTo("avro");
    assertThat(definition.avro().orElseThrow()).contains("\"R\"");
    assertThat(stream.fields())
        .containsExactly(
            new Field("a", FieldType.STRING, true),
            new Field("b", FieldType.TIMESTAMP, false),
            new Field("c", FieldType.LONG, false),
            new Field("d", FieldType.DOUBLE, true),
            new Field("e", FieldType.UUID, true),
            new Field("f", FieldType.TIMESTAMP, true));
  }

  @Test
  void aJsonSchemaDeclaresTheFields() throws Exception {
    Stream stream =
        read(
            """
                schema:
                  $schema: https://json-schema.org/draft/2020-12/schema
                  type: object
                  required: [a, n]
                  properties:
                    a: {type: string, format: uuid, description: which one}
                    t: {type: string, format: date-time}
                    n: {type: [integer, 'null']}
                    i: {type: integer, format: int32}
                    x: {type: number}
                    b: {type: boolean}
                """)
            .stream("s");
    assertThat(stream.format().wireName()).isEqualTo("json");
    assertThat(stream.fields())
        .containsExactly(
            new Field("a", FieldType.UUID, true),
            new Field("t", FieldType.TIMESTAMP, false),
            new Field("n", FieldType.LONG, false),
            new Field("i", FieldType.INT, false),
            new Field("x", FieldType.DOUBLE, false),
            new Field("b", FieldType.BOOLEAN, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {}|stream s has no fields
          {feilds: []}|unknown setting 'feilds'; did you mean 'fields'?
          {fields: [{name: a, type: strin}]}|setting 'fields[0].type' is 'strin', but must be one of
          {fields: [{name: a}], key: b}|stream s: the key field b is not among its fields
          {fields: [{name: a}], shards: many}|setting 'shards' is no int: 'many'
          {fields: [{name: a}], retention: 5s}|stream s: a retention of PT5S; use 1m or more
          {fields: [{name: a}], topic: __x}|stream s: topic "__x": use letters
          {fields: [{name: a}], compatibility: some}|compatibility 'some' must be one of: none, ba
          {fields: [{name: a}], schemas: [{file: /etc/passwd}]}|schemas are of the settings file
          {fields: [{name: a}], schema: {}}|give fields or a schema, not both
          {schema: 7}|schema: give an Avro record or a JSON Schema of type object
          {schema: '{'}|schema: no JSON
          {schema: {type: record, name: R}}|schema: no Avro schema
          {schema: {type: record, name: R, fields: [{name: a, type: bytes}]}}|schema: the field a is
          {schema: {type: array}}|schema: a JSON Schema here has type: object and properties
          {schema: {properties: {a: {type: object}}}}|schema: the property a is nested (object); a
          {schema: {properties: {a: {type: string, pattern: x}}}}|schema: pattern of a would not be
          {schema: {properties: {a: {$ref: x}}}}|schema: the property a has no type
          {schema: {properties: {a: {type: string}}, required: [b]}}|schema: required names b
          {schema: {properties: {}, additionalProperties: false}}|schema: additionalProperties: fal
          """)
  void aBadDefinitionGetsOneLine(String yaml, String line) {
    assertThatThrownBy(() -> read(yaml).stream("s"))
        .hasMessageStartingWith(line)
        .message()
        .satisfies(message -> assertThat(message.lines()).hasSize(1));
  }

  @Test
  void samplesSuggestADefinitionAndItsReasons() {
    Inference inference =
        infer(
            """
            {"event_id":"00000000-0000-0000-0000-000000000001","user_id":"u1","ts":1769847300250,"n":1,"mix":1}
            {"event_id":"00000000-0000-0000-0000-000000000002","user_id":"u1","ts":1769847300251,"n":2.5,"mix":"a"}
            {"event_id":"00000000-0000-0000-0000-000000000003","user_id":"u2","ts":1769847300252,"deep":{"a":1}}
            """);
    ObjectNode definition = inference.definition();
    assertThat(definition.path("key").asText()).isEqualTo("user_id");
    assertThat(definition.path("time").asText()).isEqualTo("ts");
    assertThat(definition.path("id").asText()).isEqualTo("event_id");
    assertThat(Definition.read(definition).stream("s").fields())
        .containsExactly(
            new Field("event_id", FieldType.UUID, true),
            new Field("user_id", FieldType.STRING, true),
            new Field("ts", FieldType.TIMESTAMP, true),
            new Field("n", FieldType.DOUBLE, false));
    assertThat(inference.reasons())
        .contains(
            "deep: left out (nested); see _extra",
            "mix: left out (text in event 2, a whole number in event 1); see _extra",
            "ts: a timestamp, for its numbers are epoch milliseconds",
            "key user_id: 2 values in 3 events; events of one value stay in their order");
    assertThat(infer("[{\"a\":1},{\"a\":2}]").definition().path("fields")).hasSize(1);
    assertThatThrownBy(() -> infer("{\"a\":1}\n{"))
        .hasMessageStartingWith("the samples are no JSON");
    assertThatThrownBy(() -> infer("7")).hasMessage("event 1 is no JSON object");
    assertThatThrownBy(() -> infer(" ")).hasMessage("there is no event among the samples");
  }

  private static Inference infer(String samples) {
    return Inference.of(new ByteArrayInputStream(samples.getBytes(StandardCharsets.UTF_8)));
  }

  private static Definition read(String yaml) throws Exception {
    return Definition.read((ObjectNode) YAML.readTree(yaml));
  }
}
