package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.PlainTime;
import dev.sluice.ingest.stream.RefusalReason;
import dev.sluice.ingest.stream.UuidText;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;

/**
 * Steps into declared columns. Avro's rules of resolution say what fits: a whole number is a
 * fraction too, bytes are a string too. Beyond them only what is a notation of the declared type is
 * taken: times and dates, a decimal as the nearest double, an enum's symbol as a string, and what
 * JSON has for times and UUIDs.
 */
final class ColumnStep {

  static final String UUID = "uuid";
  static final int UUID_BYTES = 16;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private ColumnStep() {}

  /** A step that reads a value of the writer's schema into a column. */
  static Step of(Schema writer, Field field, int column) {
    if (writer.getType() == Schema.Type.NULL) {
      return reading -> {};
    }
    if (writer.getType() == Schema.Type.UNION) {
      Step[] branches =
          writer.getTypes().stream().map(branch -> of(branch, field, column)).toArray(Step[]::new);
      return reading -> branches[reading.in().readIndex(branches.length)].read(reading);
    }
    return switch (field.type()) {
      case STRING -> string(writer, field, column);
      case LONG -> whole(writer, field, column);
      case INT -> narrow(writer, field, column);
      case DOUBLE -> fraction(writer, field, column);
      case BOOLEAN -> truth(writer, field, column);
      case TIMESTAMP -> time(writer, field, column);
      case UUID -> uuid(writer, field, column);
    };
  }

  /** Whether a step may need room for text that is not among the event's bytes. */
  static boolean addsTexts(Schema writer) {
    return writer.getType() == Schema.Type.UNION
        ? writer.getTypes().stream().anyMatch(ColumnStep::addsTexts)
        : writer.getType() == Schema.Type.ENUM;
  }

  private static Step wrong(Schema writer, Field field, String expected) {
    String detail =
        field.name()
            + ": expected "
            + expected
            + ", the writer's schema has "
            + Plan.described(writer);
    return reading -> {
      throw new RefusedEventException(RefusalReason.WRONG_TYPE, detail);
    };
  }

  private static Step string(Schema writer, Field field, int column) {
    if (writer.getType() == Schema.Type.ENUM) {
      byte[][] symbols =
          writer.getEnumSymbols().stream()
              .map(symbol -> symbol.getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
      return reading -> {
        byte[] symbol = symbols[reading.in().readIndex(symbols.length)];
        reading.columns().text(column, reading.texts().add(symbol), symbol.length);
      };
    }
    boolean bytes = writer.getType() == Schema.Type.BYTES && !AvroDecimal.is(writer);
    if (writer.getType() != Schema.Type.STRING && !bytes) {
      return wrong(writer, field, "a string");
    }
    return reading -> {
      AvroInput in = reading.in();
      int length = in.readLength();
      int from = in.skip(length);
      in.requireText(from, length);
      reading.columns().text(column, from, length);
    };
  }

  private static Step whole(Schema writer, Field field, int column) {
    return switch (writer.getType()) {
      case INT -> reading -> reading.columns().word(column, reading.in().readInt());
      case LONG -> reading -> reading.columns().word(column, reading.in().readLong());
      default -> wrong(writer, field, "a whole number");
    };
  }

  private static Step narrow(Schema writer, Field field, int column) {
    if (writer.getType() != Schema.Type.LONG) {
      return whole(writer, field, column);
    }
    return reading -> {
      long value = reading.in().readLong();
      if ((int) value != value) {
        throw new RefusedEventException(
            RefusalReason.OUT_OF_RANGE, field.name() + ": the number does not fit into 32 bits");
      }
      reading.columns().word(column, value);
    };
  }

  private static Step fraction(Schema writer, Field field, int column) {
    return switch (writer.getType()) {
      case INT -> reading -> fraction(reading, field, column, reading.in().readInt());
      case LONG -> reading -> fraction(reading, field, column, (double) reading.in().readLong());
      case FLOAT -> reading -> fraction(reading, field, column, reading.in().readFloat());
      case DOUBLE -> reading -> fraction(reading, field, column, reading.in().readDouble());
      default ->
          AvroDecimal.is(writer)
              ? reading ->
                  fraction(
                      reading, field, column, AvroDecimal.read(writer, reading.in()).doubleValue())
              : wrong(writer, field, "a number");
    };
  }

  private static void fraction(Reading reading, Field field, int column, double value)
      throws RefusedEventException {
    if (!Double.isFinite(value)) {
      throw new RefusedEventException(
          RefusalReason.OUT_OF_RANGE, field.name() + ": the number is out of range");
    }
    reading.columns().word(column, Double.doubleToRawLongBits(value));
  }

  private static Step truth(Schema writer, Field field, int column) {
    return writer.getType() == Schema.Type.BOOLEAN
        ? reading -> reading.columns().word(column, reading.in().readBoolean() ? 1 : 0)
        : wrong(writer, field, "true or false");
  }

  /** A long that says nothing of itself is what a number in JSON is: epoch milliseconds. */
  private static Step time(Schema writer, Field field, int column) {
    LogicalType type = writer.getLogicalType();
    String notation = type == null ? "" : type.getName();
    boolean instant =
        switch (notation) {
          case "", AvroTime.MILLIS, AvroTime.MICROS, AvroTime.NANOS -> true;
          default -> false;
        };
    if (writer.getType() == Schema.Type.LONG && instant) {
      return reading ->
          time(reading, field, column, AvroTime.micros(notation, reading.in().readLong()));
    }
    if (writer.getType() == Schema.Type.INT && notation.equals(AvroTime.DATE)) {
      return reading ->
          time(reading, field, column, AvroTime.micros(notation, reading.in().readInt()));
    }
    return writer.getType() == Schema.Type.STRING
        ? reading -> timeText(reading, field, column)
        : wrong(writer, field, "a time");
  }

  private static void timeText(Reading reading, Field field, int column)
      throws RefusedEventException {
    AvroInput in = reading.in();
    int length = in.readLength();
    int from = in.skip(length);
    in.requireText(from, length);
    try {
      time(reading, field, column, AvroTime.micros(in.bytes(), from, length));
    } catch (DateTimeException e) {
      throw new RefusedEventException(
          RefusalReason.WRONG_TYPE,
          field.name()
              + ": expected a time such as 2026-01-31T08:15:00.250Z (an offset or Z is needed)");
    }
  }

  private static void time(Reading reading, Field field, int column, long micros)
      throws RefusedEventException {
    if (micros == PlainTime.NONE) {
      throw new RefusedEventException(
          RefusalReason.OUT_OF_RANGE, field.name() + ": the time is outside the years 1 to 9999");
    }
    reading.columns().word(column, micros);
  }

  private static Step uuid(Schema writer, Field field, int column) {
    if (isUuid(writer)) {
      return reading -> {
        int from = reading.in().skip(UUID_BYTES);
        byte[] bytes = reading.in().bytes();
        reading.columns().uuid(column, half(bytes, from), half(bytes, from + Long.BYTES));
      };
    }
    if (writer.getType() != Schema.Type.STRING) {
      return wrong(writer, field, "a UUID");
    }
    return reading -> {
      AvroInput in = reading.in();
      int length = in.readLength();
      int from = in.skip(length);
      if (length != UuidText.LENGTH || !UuidText.is(in.bytes(), from)) {
        throw new RefusedEventException(
            RefusalReason.WRONG_TYPE, field.name() + ": expected a UUID of 36 characters");
      }
      reading
          .columns()
          .uuid(column, UuidText.high(in.bytes(), from), UuidText.low(in.bytes(), from));
    };
  }

  /** A UUID in 16 bytes. */
  static boolean isUuid(Schema writer) {
    return writer.getType() == Schema.Type.FIXED
        && writer.getFixedSize() == UUID_BYTES
        && writer.getLogicalType() != null
        && writer.getLogicalType().getName().equals(UUID);
  }

  /** One half of a UUID in 16 bytes. */
  static long half(byte[] bytes, int from) {
    return (long) LONGS.get(bytes, from);
  }
}
