package dev.sluice.ingest.avro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ingest.stream.ColumnDecoder;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.EventColumns;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** What is read of an event is what Avro's own reader gives, and no bytes make it fail. */
class AvroColumnsPropertiesTest {

  static final Stream STREAM =
      new Stream(
              "all-types",
              List.of(
                  new Field("id", FieldType.UUID, false),
                  new Field("at", FieldType.TIMESTAMP, true),
                  new Field("name", FieldType.STRING, false),
                  new Field("count", FieldType.LONG, false),
                  new Field("few", FieldType.INT, false),
                  new Field("share", FieldType.DOUBLE, false),
                  new Field("yes", FieldType.BOOLEAN, false)),
              Optional.empty(),
              Optional.of("at"),
              1)
          .written(new EventFormat.Avro(List.of()));

  private static final DecodeLimits LIMITS = new DecodeLimits(4_000, 8, 40);
  private static final byte[] HEADER = {0, 0, 0, 0, 7};
  private static final ObjectMapper JSON = new ObjectMapper();

  @Property(tries = 4_000)
  void anEventIsWhatAvrosOwnReaderSays(@ForAll long seed) throws IOException {
    AvroSamples samples = new AvroSamples(seed);
    Schema schema = samples.schema();
    compare(schema, encoded(schema, samples.value(schema)));
  }

  @Property(tries = 6_000)
  void noBytesMakeItFail(@ForAll long seed, @ForAll long damage) throws IOException {
    AvroSamples samples = new AvroSamples(seed);
    Schema schema = samples.schema();
    byte[] event = damaged(encoded(schema, samples.value(schema)), new Random(damage));
    ColumnDecoder decoder = decoder(schema);
    if (decoder.read(event).isEmpty()) {
      compare(schema, event);
    }
  }

  private static byte[] damaged(byte[] event, Random random) {
    byte[] damaged = event.clone();
    for (int i = random.nextInt(4); i >= 0 && damaged.length > HEADER.length; i--) {
      int place = HEADER.length + random.nextInt(damaged.length - HEADER.length);
      switch (random.nextInt(4)) {
        case 0 -> damaged = Arrays.copyOf(damaged, place);
        case 1 -> damaged = Arrays.copyOf(damaged, damaged.length + 1 + random.nextInt(9));
        case 2 ->
            Arrays.fill(
                damaged, place, Math.min(damaged.length, place + random.nextInt(11)), (byte) 0xff);
        default -> damaged[place] = (byte) random.nextInt();
      }
    }
    return damaged;
  }

  /** Each of them alone. */
  @Example
  void anEventCutShortAnywhereIsRefused() throws IOException {
    AvroSamples samples = new AvroSamples(11);
    Schema schema = samples.schema();
    byte[] event = encoded(schema, samples.value(schema));
    ColumnDecoder decoder = decoder(schema);
    for (int length = 0; length < event.length; length++) {
      assertThat(decoder.read(Arrays.copyOf(event, length))).as("%d bytes", length).isPresent();
    }
  }

  /** What follows is of the schema that the header names. */
  static byte[] framed(byte[] body) {
    byte[] event = Arrays.copyOf(HEADER, HEADER.length + body.length);
    System.arraycopy(body, 0, event, HEADER.length, body.length);
    return event;
  }

  static byte[] encoded(Schema schema, Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(HEADER);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(schema).write(value, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  static ColumnDecoder decoder(Schema schema) {
    return new AvroColumns(STREAM, LIMITS, name -> new SchemaAnswer.Found(schema));
  }

  static void compare(Schema schema, byte[] event) throws IOException {
    GenericRecord record =
        new GenericDatumReader<GenericRecord>(schema)
            .read(
                null,
                DecoderFactory.get()
                    .binaryDecoder(event, HEADER.length, event.length - HEADER.length, null));
    AvroExpectation expected = AvroExpectation.of(STREAM, record);
    ColumnDecoder decoder = decoder(schema);
    Optional<Decoded.Refused> refused = decoder.read(event);
    assertThat(refused.map(Decoded.Refused::reason)).isEqualTo(expected.refusal());
    if (refused.isEmpty()) {
      assertThat(values(decoder.columns())).isEqualTo(expected.values());
      assertThat(extras(decoder.columns()).keySet()).isEqualTo(expected.extras().keySet());
      for (Map.Entry<String, String> extra : extras(decoder.columns()).entrySet()) {
        assertThat(JSON.readTree(extra.getValue()))
            .isEqualTo(JSON.readTree(expected.extras().get(extra.getKey())));
      }
    }
  }

  static Map<String, Object> values(EventColumns event) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < STREAM.fields().size(); i++) {
      if (event.has(i)) {
        values.put(STREAM.fields().get(i).name(), value(event, i));
      }
    }
    return values;
  }

  private static Object value(EventColumns event, int field) {
    return switch (STREAM.fields().get(field).type()) {
      case STRING -> new String(event.bytes(), event.from(field), event.length(field), UTF_8);
      case LONG, INT, TIMESTAMP -> event.whole(field);
      case DOUBLE -> event.fraction(field);
      case BOOLEAN -> event.whole(field) == 1;
      case UUID -> new UUID(event.whole(field), event.low(field));
    };
  }

  static Map<String, String> extras(EventColumns event) {
    Map<String, String> extras = new LinkedHashMap<>();
    for (int i = 0; i < event.extras(); i++) {
      extras.put(
          new String(event.bytes(), event.extraName(i), event.extraNameLength(i), UTF_8),
          new String(event.bytes(), event.extraValue(i), event.extraValueLength(i), UTF_8));
    }
    return extras;
  }
}
