package dev.sluice.ingest.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ingest.stream.EventFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** The same clicks in Avro, as Confluent's serializer frames them. */
final class AvroClicks {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Schema schema;
  private final byte[] header;
  private final GenericDatumWriter<GenericRecord> writer;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);

  AvroClicks(EventFormat.WriterSchema declared) {
    this.schema = new Schema.Parser().parse(declared.json());
    this.header = ByteBuffer.allocate(5).put((byte) 0).putInt(declared.id().orElseThrow()).array();
    this.writer = new GenericDatumWriter<>(schema);
  }

  byte[] event(byte[] json) {
    try {
      JsonNode click = JSON.readTree(json);
      GenericRecord event = new GenericData.Record(schema);
      for (Schema.Field field : schema.getFields()) {
        event.put(field.pos(), value(field.schema(), click.path(field.name())));
      }
      bytes.reset();
      bytes.writeBytes(header);
      writer.write(event, encoder);
      encoder.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object value(Schema schema, JsonNode value) {
    return switch (schema.getType()) {
      case LONG ->
          schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
              ? (Object) Instant.parse(value.asText()).toEpochMilli()
              : (Object) value.asLong();
      case DOUBLE -> value.asDouble();
      default -> value.asText();
    };
  }
}
