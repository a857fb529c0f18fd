package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.RefusalReason;
import dev.sluice.ingest.stream.Stream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Writes events of one stream in Avro, behind the id of the schema they are written with: a zero
 * and four bytes, as Confluent's serializers do. Safe for use by many threads.
 */
public final class AvroWriter {
  private static final int HEADER = 1 + Integer.BYTES;

  /** What became of an event. */
  public sealed interface Written {}

  /** It is written. */
  public static final class Value implements Written {
    private final byte[] bytes;

    public Value(byte[] bytes) {
      this.bytes = Objects.requireNonNull(bytes, "bytes");
    }

    /** The record's value, not copied: nobody may change it. */
    public byte[] bytes() {
      return bytes;
    }
  }

  /** The schema has no room for it. */
  public record NotWritten(Decoded.Refused why) implements Written {
    public NotWritten {
      Objects.requireNonNull(why, "why");
    }
  }

  private interface FieldWriter {
    void write(Decoded.Event event, BinaryEncoder out) throws IOException, RefusedEventException;
  }

  private final int id;
  private final boolean takesExtras;
  private final List<FieldWriter> fields;

  private AvroWriter(int id, List<FieldWriter> fields, boolean takesExtras) {
    this.id = id;
    this.fields = List.copyOf(fields);
    this.takesExtras = takesExtras;
  }

  /**
   * A writer, where the stream is of Avro and has a schema with an id whose fields all can be
   * written from the stream's.
   */
  public static Optional<AvroWriter> of(Stream stream) {
    if (!(stream.format() instanceof EventFormat.Avro avro)) {
      return Optional.empty();
    }
    // The last one is the newest.
    for (int i = avro.schemas().size() - 1; i >= 0; i--) {
      EventFormat.WriterSchema schema = avro.schemas().get(i);
      if (schema.id().isPresent()) {
        return of(stream, schema.id().get(), new Schema.Parser().parse(schema.json()));
      }
    }
    return Optional.empty();
  }

  private static Optional<AvroWriter> of(Stream stream, int id, Schema schema) {
    List<FieldWriter> fields = new ArrayList<>();
    boolean takesExtras = false;
    for (Schema.Field field : schema.getFields()) {
      Optional<Field> declared = stream.field(field.name());
      if (ExtraStep.is(field)) {
        takesExtras = true;
        fields.add((event, out) -> extras(event, out));
      } else if (declared.isEmpty() && !field.schema().isNullable() && !field.hasDefaultValue()) {
        return Optional.empty();
      } else {
        fields.add(writer(field));
      }
    }
    boolean all = stream.fields().stream().allMatch(f -> schema.getField(f.name()) != null);
    return all ? Optional.of(new AvroWriter(id, fields, takesExtras)) : Optional.empty();
  }

  private static void extras(Decoded.Event event, BinaryEncoder out) throws IOException {
    out.writeMapStart();
    out.setItemCount(event.extra().size());
    for (Map.Entry<String, String> extra : event.extra().entrySet()) {
      out.startItem();
      out.writeString(extra.getKey());
      out.writeString(extra.getValue());
    }
    out.writeMapEnd();
  }

  private static FieldWriter writer(Schema.Field field) {
    Schema schema = field.schema();
    Absence absence = Absence.of(field);
    if (schema.getType() != Schema.Type.UNION) {
      return (event, out) -> {
        Object value = event.values().get(field.name());
        if (value == null) {
          absence.write(out);
        } else {
          AvroValue.write(field.name(), schema, value, out);
        }
      };
    }
    List<Schema> branches = schema.getTypes();
    int there = branches.get(0).getType() == Schema.Type.NULL ? branches.size() - 1 : 0;
    return (event, out) -> {
      Object value = event.values().get(field.name());
      if (value == null) {
        absence.write(out);
      } else {
        out.writeIndex(there);
        AvroValue.write(field.name(), branches.get(there), value, out);
      }
    };
  }

  /** The event as the log holds it. */
  public Written write(Decoded.Event event) {
    if (!takesExtras && !event.extra().isEmpty()) {
      return refused(
          RefusalReason.UNKNOWN_FIELD,
          "the stream's schema has no field "
              + event.extra().keySet().iterator().next()
              + ", and none that takes what it does not have");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    bytes.writeBytes(ByteBuffer.allocate(HEADER).put((byte) 0).putInt(id).array());
    BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      for (FieldWriter field : fields) {
        field.write(event, out);
      }
      out.flush();
    } catch (RefusedEventException e) {
      return new NotWritten(e.refused());
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return new Value(bytes.toByteArray());
  }

  private static NotWritten refused(RefusalReason reason, String detail) {
    return new NotWritten(new Decoded.Refused(reason, detail, Optional.empty()));
  }

  /** What stands for a field that an event does not have: null, or the schema's default. */
  private record Absence(String name, Optional<byte[]> bytes) {

    static Absence of(Schema.Field field) {
      Schema schema = field.schema();
      if (schema.isNullable()) {
        int branch =
            schema.getType() == Schema.Type.UNION
                ? schema.getIndexNamed(Schema.Type.NULL.getName())
                : 0;
        return new Absence(
            field.name(),
            Optional.of(
                schema.getType() == Schema.Type.UNION
                    ? bytes(out -> out.writeIndex(branch))
                    : new byte[0]));
      }
      if (!field.hasDefaultValue()) {
        return new Absence(field.name(), Optional.empty());
      }
      Object preset = GenericData.get().getDefaultValue(field);
      return new Absence(
          field.name(),
          Optional.of(bytes(out -> new GenericDatumWriter<>(schema).write(preset, out))));
    }

    private interface Writing {
      void to(BinaryEncoder out) throws IOException;
    }

    private static byte[] bytes(Writing writing) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
      try {
        writing.to(out);
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException("writing to memory", e);
      }
      return bytes.toByteArray();
    }

    void write(BinaryEncoder out) throws IOException, RefusedEventException {
      if (bytes.isEmpty()) {
        throw new RefusedEventException(
            RefusalReason.MISSING_FIELD, "the required field " + name + " is missing");
      }
      out.writeFixed(bytes.get());
    }
  }
}
