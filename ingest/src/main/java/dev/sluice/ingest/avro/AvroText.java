package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;

/**
 * Writes values of undeclared fields as JSON text: what their sender would have sent as JSON. Times
 * and dates are ISO-8601, decimals numbers, bytes Base64; a union is the value it holds; what JSON
 * has no number for is text. Whatever is passed over adds text, so text bounds the work.
 */
final class AvroText {

  private final AvroInput in;
  private final Texts texts;
  private final int deepest;

  AvroText(AvroInput in, Texts texts, int deepest) {
    this.in = in;
    this.texts = texts;
    this.deepest = deepest;
  }

  /** Passes over a value and adds its text; the event's own record is on level 1. */
  void write(Schema schema, int level) throws RefusedEventException {
    switch (schema.getType()) {
      case NULL -> texts.add("null");
      case BOOLEAN -> texts.add(Boolean.toString(in.readBoolean()));
      case INT -> whole(schema, in.readInt());
      case LONG -> whole(schema, in.readLong());
      case FLOAT -> fraction(in.readFloat());
      case DOUBLE -> fraction(in.readDouble());
      case STRING -> string();
      case BYTES -> {
        if (AvroDecimal.is(schema)) {
          texts.add(AvroDecimal.read(schema, in).toString());
        } else {
          bytes(in.readLength());
        }
      }
      case FIXED -> fixed(schema);
      case ENUM -> {
        List<String> symbols = schema.getEnumSymbols();
        texts.quote(symbols.get(in.readIndex(symbols.size())));
      }
      case UNION -> {
        List<Schema> branches = schema.getTypes();
        write(branches.get(in.readIndex(branches.size())), level);
      }
      case RECORD -> record(schema, deeper(level));
      case ARRAY -> array(schema.getElementType(), deeper(level));
      case MAP -> map(schema.getValueType(), deeper(level));
    }
  }

  private int deeper(int level) throws RefusedEventException {
    if (level >= deepest) {
      throw new RefusedEventException(
          RefusalReason.TOO_DEEP, "nested deeper than " + deepest + " levels at byte " + in.at());
    }
    return level + 1;
  }

  private void whole(Schema schema, long value) throws RefusedEventException {
    LogicalType type = schema.getLogicalType();
    String notation = type == null ? "" : type.getName();
    switch (notation) {
      case AvroTime.MILLIS, AvroTime.MICROS, AvroTime.NANOS, AvroTime.DATE -> {
        texts.add('"');
        texts.add(AvroTime.text(notation, value));
        texts.add('"');
      }
      default -> texts.add(Long.toString(value));
    }
  }

  private void fraction(float value) throws RefusedEventException {
    number(Float.toString(value), Float.isFinite(value));
  }

  private void fraction(double value) throws RefusedEventException {
    number(Double.toString(value), Double.isFinite(value));
  }

  private void number(String text, boolean finite) throws RefusedEventException {
    if (finite) {
      texts.add(text);
    } else {
      texts.quote(text);
    }
  }

  private void string() throws RefusedEventException {
    int length = in.readLength();
    int from = in.skip(length);
    in.requireText(from, length);
    texts.quote(in.bytes(), from, length);
  }

  private void bytes(int length) throws RefusedEventException {
    int from = in.skip(length);
    byte[] copy = new byte[length];
    System.arraycopy(in.bytes(), from, copy, 0, length);
    texts.quote(Base64.getEncoder().encodeToString(copy));
  }

  private void fixed(Schema schema) throws RefusedEventException {
    if (AvroDecimal.is(schema)) {
      texts.add(AvroDecimal.read(schema, in).toString());
    } else if (ColumnStep.isUuid(schema)) {
      int from = in.skip(ColumnStep.UUID_BYTES);
      long high = ColumnStep.half(in.bytes(), from);
      texts.quote(new UUID(high, ColumnStep.half(in.bytes(), from + Long.BYTES)).toString());
    } else {
      bytes(schema.getFixedSize());
    }
  }

  private void record(Schema schema, int level) throws RefusedEventException {
    char before = '{';
    for (Schema.Field field : schema.getFields()) {
      texts.add(before);
      texts.quote(field.name());
      texts.add(':');
      write(field.schema(), level);
      before = ',';
    }
    if (before == '{') {
      texts.add(before);
    }
    texts.add('}');
  }

  private void array(Schema items, int level) throws RefusedEventException {
    texts.add('[');
    boolean first = true;
    for (long block = in.readBlock(); block > 0; block = in.readBlock()) {
      for (long i = 0; i < block; i++) {
        if (!first) {
          texts.add(',');
        }
        first = false;
        write(items, level);
      }
    }
    texts.add(']');
  }

  private void map(Schema values, int level) throws RefusedEventException {
    texts.add('{');
    Set<String> keys = new HashSet<>();
    for (long block = in.readBlock(); block > 0; block = in.readBlock()) {
      for (long i = 0; i < block; i++) {
        if (!keys.isEmpty()) {
          texts.add(',');
        }
        key(keys);
        texts.add(':');
        write(values, level);
      }
    }
    texts.add('}');
  }

  private void key(Set<String> keys) throws RefusedEventException {
    int length = in.readLength();
    int from = in.skip(length);
    in.requireText(from, length);
    String key = new String(in.bytes(), from, length, StandardCharsets.UTF_8);
    if (!keys.add(key)) {
      throw new RefusedEventException(
          RefusalReason.DUPLICATE_KEY, "a map's key comes twice, at byte " + from);
    }
    texts.quote(in.bytes(), from, length);
  }
}
