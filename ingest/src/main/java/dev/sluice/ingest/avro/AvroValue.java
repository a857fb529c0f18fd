package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.RefusalReason;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.io.Encoder;

/** Writes one decoded value as a schema has it; what it cannot hold as it is, is refused. */
final class AvroValue {
  private static final Conversions.DecimalConversion DECIMALS = new Conversions.DecimalConversion();
  private static final long MILLION = 1_000_000;

  private AvroValue() {}

  static void write(String field, Schema schema, Object value, Encoder out)
      throws IOException, RefusedEventException {
    if (AvroDecimal.is(schema) && value instanceof Double number) {
      decimal(field, schema, number, out);
    } else if (schema.getType() == Schema.Type.ENUM && value instanceof String symbol) {
      if (!schema.hasEnumSymbol(symbol)) {
        throw new RefusedEventException(
            RefusalReason.WRONG_TYPE,
            field + ": \"" + shown(symbol) + "\" is none of " + schema.getEnumSymbols());
      }
      out.writeEnum(schema.getEnumOrdinal(symbol));
    } else if (schema.getType() == Schema.Type.STRING) {
      out.writeString(value.toString());
    } else if (value instanceof Instant time) {
      time(field, schema, time, out);
    } else if (schema.getType() == Schema.Type.INT && value instanceof Long number) {
      out.writeInt(narrow(field, number));
    } else if (schema.getType() == Schema.Type.LONG && value instanceof Long number) {
      out.writeLong(number);
    } else if (schema.getType() == Schema.Type.FLOAT && value instanceof Number number) {
      float narrow = number.floatValue();
      if (Float.isInfinite(narrow)) {
        throw outOfRange(field, "a float");
      }
      out.writeFloat(narrow);
    } else if (schema.getType() == Schema.Type.DOUBLE && value instanceof Number number) {
      out.writeDouble(number.doubleValue());
    } else if (schema.getType() == Schema.Type.BOOLEAN && value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else if (schema.getType() == Schema.Type.FIXED && value instanceof UUID uuid) {
      ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);
      bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
      out.writeFixed(bytes.array());
    } else {
      throw new RefusedEventException(
          RefusalReason.WRONG_TYPE, field + ": the schema has " + Plan.described(schema));
    }
  }

  private static void decimal(String field, Schema schema, double number, Encoder out)
      throws IOException, RefusedEventException {
    LogicalTypes.Decimal type = (LogicalTypes.Decimal) schema.getLogicalType();
    try {
      BigDecimal exact =
          BigDecimal.valueOf(number).setScale(type.getScale(), RoundingMode.UNNECESSARY);
      if (schema.getType() == Schema.Type.FIXED) {
        GenericFixed fixed = DECIMALS.toFixed(exact, schema, type);
        out.writeFixed(fixed.bytes());
      } else {
        out.writeBytes(DECIMALS.toBytes(exact, schema, type));
      }
    } catch (ArithmeticException | org.apache.avro.AvroTypeException e) {
      throw outOfRange(
          field,
          "a decimal of "
              + type.getPrecision()
              + " digits, "
              + type.getScale()
              + " of them"
              + " behind the point");
    }
  }

  private static void time(String field, Schema schema, Instant time, Encoder out)
      throws IOException, RefusedEventException {
    String notation = schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
    try {
      switch (notation) {
        case AvroTime.MICROS ->
            out.writeLong(
                Math.addExact(
                    Math.multiplyExact(time.getEpochSecond(), MILLION), time.getNano() / 1_000));
        case AvroTime.NANOS ->
            out.writeLong(
                Math.addExact(
                    Math.multiplyExact(time.getEpochSecond(), 1_000 * MILLION), time.getNano()));
        case AvroTime.DATE ->
            out.writeInt(Math.toIntExact(time.atOffset(ZoneOffset.UTC).toLocalDate().toEpochDay()));
        default -> out.writeLong(time.toEpochMilli());
      }
    } catch (ArithmeticException e) {
      throw outOfRange(field, "its notation of a time");
    }
  }

  private static int narrow(String field, long number) throws RefusedEventException {
    if ((int) number != number) {
      throw outOfRange(field, "an int");
    }
    return (int) number;
  }

  private static RefusedEventException outOfRange(String field, String what) {
    return new RefusedEventException(
        RefusalReason.OUT_OF_RANGE, field + ": the schema has " + what + ", which is too small");
  }

  private static String shown(String text) {
    return text.length() <= 50 ? text : text.substring(0, 50) + "…";
  }
}
