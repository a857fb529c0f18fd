package dev.sluice.ingest.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ingest.stream.ColumnDecoder;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.RefusalReason;
import dev.sluice.ingest.stream.SchemaUnavailableException;
import dev.sluice.ingest.stream.Stream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;

/** Which schema an event was written with, what fits a column, and how much one event may cost. */
class AvroColumnsTest {

  private static final DecodeLimits LIMITS = new DecodeLimits(4_000, 8, 40);
  private static final String LIST = "{\"type\":\"array\",\"items\":\"%s\"}";
  private static final String TREE =
      "{\"type\":\"record\",\"name\":\"Tree\",\"fields\":[{\"name\":\"left\",\"type\":\"Tree\"}]}";

  @Test
  void bothHeadersNameADeclaredSchema() {
    String schema = record("\"string\"", "name");
    Stream stream = stream(new EventFormat.WriterSchema(Optional.of(7), schema));
    ColumnDecoder decoder = new StreamDecoders(LIMITS, SchemaSource.none()).columns(stream);
    assertThat(decoder.read(bytes(0, 0, 0, 0, 7, 2, 'a'))).isEmpty();
    assertThat(decoder.columns().has(0)).isTrue();
    long fingerprint = SchemaNormalization.parsingFingerprint64(new Schema.Parser().parse(schema));
    byte[] named = bytes(0xc3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 'b');
    for (int i = 0; i < Long.BYTES; i++) {
      named[2 + i] = (byte) (fingerprint >>> (8 * i));
    }
    assertThat(decoder.read(named)).isEmpty();
    named[9] ^= 1;
    assertThat(decoder.read(named).orElseThrow().reason()).isEqualTo(RefusalReason.UNKNOWN_SCHEMA);
    assertThat(decoder.read(bytes(0, 0, 0, 0, 8, 2, 'a')).orElseThrow().detail())
        .contains("id 8")
        .contains("registry.url is not set");
    for (byte[] bare :
        List.of(bytes(), bytes(2, 'a'), bytes(0, 0, 0), "{}".getBytes(StandardCharsets.UTF_8))) {
      assertThat(decoder.read(bare).orElseThrow().detail())
          .contains("no schema's name is in front");
    }
  }

  @Test
  void aSchemaThatCannotBeHadIsNoRefusal() {
    boolean[] well = {false};
    Schema schema = new Schema.Parser().parse(record("\"string\"", "name"));
    ColumnDecoder decoder =
        new AvroColumns(
            stream(),
            LIMITS,
            name ->
                well[0]
                    ? new SchemaAnswer.Found(schema)
                    : new SchemaAnswer.Unavailable("no registry"));
    byte[] event = bytes(0, 0, 0, 0, 7, 2, 'a');
    assertThatThrownBy(() -> decoder.read(event))
        .isInstanceOf(SchemaUnavailableException.class)
        .hasMessage("no registry");
    well[0] = true;
    assertThat(decoder.read(event)).isEmpty();
  }

  @Test
  void manyItemsOfNoSizeCostNoMoreThanAnEventMay() {
    // 2^62 nulls in one block.
    byte[] nulls = event(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 0);
    assertThat(refusal(record(LIST.formatted("null"), "x"), nulls).reason())
        .isEqualTo(RefusalReason.TOO_LARGE);
    byte[] empty = event(0xfe, 0xff, 0xff, 0xff, 0x0f, 0);
    assertThat(
            refusal(
                    record(
                        "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"E\","
                            + "\"fields\":[]}}",
                        "x"),
                    empty)
                .reason())
        .isEqualTo(RefusalReason.TOO_LARGE);
    assertThat(refusal(record(TREE, "x"), event()).reason()).isEqualTo(RefusalReason.TOO_DEEP);
  }

  @Test
  void lengthsAndCountsThatCannotBeAreMalformed() {
    String text = record("\"string\"", "name");
    for (byte[] event :
        List.of(
            event(1),
            event(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
            event(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
            event(4, 'a'),
            event(2, 'a', 'b'))) {
      assertThat(refusal(text, event).reason()).isEqualTo(RefusalReason.MALFORMED_AVRO);
    }
    String longs = record(LIST.formatted("long"), "x");
    // A block of minus 2^63 items, and one that says it has a negative size.
    for (byte[] event :
        List.of(
            event(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0), event(1, 1, 0, 0))) {
      assertThat(refusal(longs, event).reason()).isEqualTo(RefusalReason.MALFORMED_AVRO);
    }
    String map = record("{\"type\":\"map\",\"values\":\"int\"}", "x");
    assertThat(refusal(map, event(4, 2, 'a', 2, 2, 'a', 4, 0)).reason())
        .isEqualTo(RefusalReason.DUPLICATE_KEY);
  }

  @Test
  void whatDoesNotFitAColumnIsSaidWithBothTypes() {
    Decoded.Refused refused = refusal(record("[\"null\",\"long\"]", "name"), event(2, 2));
    assertThat(refused.reason()).isEqualTo(RefusalReason.WRONG_TYPE);
    assertThat(refused.detail())
        .isEqualTo("name: expected a string, the writer's schema has a long");
    assertThat(decoder(record("[\"null\",\"long\"]", "name")).read(event(0))).isEmpty();
  }

  @Test
  void aDeclaredSchemaThatIsNoneIsToldBeforeAnythingStarts() {
    assertThatThrownBy(() -> StreamDecoders.check(stream(declared(Optional.empty(), "{"))))
        .hasMessageStartingWith("stream some: schema 1 is no Avro schema");
    assertThatThrownBy(() -> StreamDecoders.check(stream(declared(Optional.empty(), "\"int\""))))
        .hasMessage("stream some: schema 1 is an int; an event is a record");
    EventFormat.WriterSchema seven = declared(Optional.of(7), record("\"int\"", "x"));
    assertThatThrownBy(() -> StreamDecoders.check(stream(seven, seven)))
        .hasMessage("stream some: schema 2: id 7 is given twice");
  }

  @Test
  void anotherSchemaForEachEventIsReadByItsOwnPlan() {
    Map<Long, Schema> schemas =
        Map.of(
            1L, new Schema.Parser().parse(record("\"string\"", "name")),
            2L, new Schema.Parser().parse(record("\"boolean\"", "other")));
    ColumnDecoder decoder =
        new AvroColumns(
            stream(), LIMITS, name -> new SchemaAnswer.Found(schemas.get(name.value())));
    for (int i = 0; i < 3; i++) {
      assertThat(decoder.read(bytes(0, 0, 0, 0, 1, 2, 'a'))).isEmpty();
      assertThat(decoder.columns().extras()).isZero();
      assertThat(decoder.read(bytes(0, 0, 0, 0, 2, 1))).isEmpty();
      assertThat(decoder.columns().extras()).isEqualTo(1);
      assertThat(decoder.columns().has(0)).isFalse();
    }
  }

  private static EventFormat.WriterSchema declared(Optional<Integer> id, String schema) {
    return new EventFormat.WriterSchema(id, schema);
  }

  private static String record(String type, String field) {
    return "{\"type\":\"record\",\"name\":\"Event\",\"fields\":[{\"name\":\""
        + field
        + "\",\"type\":"
        + type
        + "}]}";
  }

  private static Stream stream(EventFormat.WriterSchema... schemas) {
    return new Stream(
            "some",
            List.of(new Field("name", FieldType.STRING, false)),
            Optional.empty(),
            Optional.empty(),
            1)
        .written(new EventFormat.Avro(List.of(schemas)));
  }

  private static ColumnDecoder decoder(String schema) {
    Schema parsed = new Schema.Parser().parse(schema);
    return new AvroColumns(stream(), LIMITS, name -> new SchemaAnswer.Found(parsed));
  }

  private static Decoded.Refused refusal(String schema, byte[] event) {
    return decoder(schema).read(event).orElseThrow();
  }

  private static byte[] event(int... body) {
    int[] all = new int[5 + body.length];
    System.arraycopy(body, 0, all, 5, body.length);
    return bytes(all);
  }

  private static byte[] bytes(int... all) {
    byte[] bytes = new byte[all.length];
    for (int i = 0; i < all.length; i++) {
      bytes[i] = (byte) all[i];
    }
    return bytes;
  }
}
