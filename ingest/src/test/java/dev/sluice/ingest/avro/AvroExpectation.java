package dev.sluice.ingest.avro;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.RefusalReason;
import dev.sluice.ingest.stream.Stream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;

/** What a record, as Avro's own reader gives it, is as an event of a stream, the slow way. */
record AvroExpectation(
    Map<String, Object> values, Map<String, String> extras, Optional<RefusalReason> refusal) {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    private final RefusalReason reason;

    Refusal(RefusalReason reason) {
      super(reason.name());
      this.reason = reason;
    }
  }

  static AvroExpectation of(Stream stream, GenericRecord record) throws JsonProcessingException {
    Map<String, Object> values = new LinkedHashMap<>();
    Map<String, String> extras = new LinkedHashMap<>();
    try {
      for (Schema.Field each : record.getSchema().getFields()) {
        Object value = record.get(each.pos());
        Schema schema = branch(each.schema(), value);
        Optional<Field> field = stream.field(each.name());
        if (value == null) {
          continue;
        }
        if (field.isPresent()) {
          values.put(each.name(), declared(field.get(), schema, value));
        } else {
          extras.put(each.name(), JSON.writeValueAsString(json(schema, value)));
        }
      }
      for (Field field : stream.fields()) {
        if (field.required() && !values.containsKey(field.name())) {
          throw new Refusal(RefusalReason.MISSING_FIELD);
        }
      }
      return new AvroExpectation(values, extras, Optional.empty());
    } catch (Refusal e) {
      return new AvroExpectation(Map.of(), Map.of(), Optional.of(e.reason));
    }
  }

  private static Schema branch(Schema schema, Object value) {
    return schema.getType() == Schema.Type.UNION
        ? schema.getTypes().get(GenericData.get().resolveUnion(schema, value))
        : schema;
  }

  private static String logical(Schema schema) {
    return schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
  }

  private static Object declared(Field field, Schema schema, Object value) throws Refusal {
    Object found =
        switch (field.type()) {
          case STRING -> string(schema, value);
          case LONG -> value instanceof Number n && whole(schema) ? n.longValue() : null;
          case INT -> value instanceof Number n && whole(schema) ? narrow(n.longValue()) : null;
          case DOUBLE -> fraction(schema, value);
          case BOOLEAN -> value instanceof Boolean ? value : null;
          case TIMESTAMP -> time(schema, value);
          case UUID -> uuid(schema, value);
        };
    if (found == null) {
      throw new Refusal(RefusalReason.WRONG_TYPE);
    }
    return found;
  }

  private static Long narrow(long value) throws Refusal {
    if ((int) value != value) {
      throw new Refusal(RefusalReason.OUT_OF_RANGE);
    }
    return value;
  }

  private static boolean whole(Schema schema) {
    return schema.getType() == Schema.Type.INT || schema.getType() == Schema.Type.LONG;
  }

  private static Object string(Schema schema, Object value) throws Refusal {
    if (value instanceof ByteBuffer bytes && schema.getLogicalType() == null) {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
      } catch (CharacterCodingException e) {
        throw new Refusal(RefusalReason.INVALID_UTF8);
      }
    }
    boolean text = value instanceof CharSequence || value instanceof GenericData.EnumSymbol;
    return text ? value.toString() : null;
  }

  private static Object fraction(Schema schema, Object value) throws Refusal {
    double number;
    if (value instanceof Long || value instanceof Integer || value instanceof Double) {
      number = ((Number) value).doubleValue();
    } else if (value instanceof Float f) {
      number = f;
    } else if (schema.getLogicalType() instanceof LogicalTypes.Decimal) {
      number = decimal(schema, value).doubleValue();
    } else {
      return null;
    }
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      throw new Refusal(RefusalReason.OUT_OF_RANGE);
    }
    return number;
  }

  private static BigDecimal decimal(Schema schema, Object value) {
    ByteBuffer bytes = ((ByteBuffer) value).duplicate();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    int scale = ((LogicalTypes.Decimal) schema.getLogicalType()).getScale();
    return new BigDecimal(new BigInteger(copy), scale);
  }

  private static Object time(Schema schema, Object value) throws Refusal {
    Instant time;
    if (value instanceof CharSequence text) {
      try {
        time = OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException e) {
        return null;
      }
    } else if (value instanceof Long || logical(schema).equals("date")) {
      time = instant(schema, ((Number) value).longValue());
    } else {
      return null;
    }
    int year = time.atOffset(ZoneOffset.UTC).getYear();
    if (year < 1 || year > 9999) {
      throw new Refusal(RefusalReason.OUT_OF_RANGE);
    }
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }

  private static Instant instant(Schema schema, long value) {
    return switch (logical(schema)) {
      case "date" -> LocalDate.ofEpochDay(value).atStartOfDay().toInstant(ZoneOffset.UTC);
      case "timestamp-micros" -> Instant.EPOCH.plus(value, ChronoUnit.MICROS);
      case "timestamp-nanos" -> Instant.EPOCH.plus(value, ChronoUnit.NANOS);
      default -> Instant.ofEpochMilli(value);
    };
  }

  private static Object uuid(Schema schema, Object value) {
    if (value instanceof GenericFixed fixed && logical(schema).equals("uuid")) {
      ByteBuffer bytes = ByteBuffer.wrap(fixed.bytes());
      return new UUID(bytes.getLong(), bytes.getLong());
    }
    String text = value instanceof CharSequence ? value.toString() : "";
    return text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
        ? UUID.fromString(text)
        : null;
  }

  /** The value as it is in JSON. */
  private static Object json(Schema union, Object value) {
    Schema schema = branch(union, value);
    if (value == null || value instanceof Boolean) {
      return value;
    }
    return switch (schema.getType()) {
      case FLOAT, DOUBLE ->
          Double.isFinite(((Number) value).doubleValue()) ? value : value.toString();
      case INT, LONG ->
          switch (logical(schema)) {
            case "date" -> LocalDate.ofEpochDay(((Number) value).longValue()).toString();
            case "timestamp-millis", "timestamp-micros", "timestamp-nanos" ->
                instant(schema, ((Number) value).longValue()).toString();
            default -> value;
          };
      case STRING, ENUM -> value.toString();
      case BYTES ->
          schema.getLogicalType() == null
              ? base64(((ByteBuffer) value).duplicate())
              : decimal(schema, value);
      case FIXED -> base64(ByteBuffer.wrap(((GenericFixed) value).bytes()));
      case ARRAY -> {
        List<Object> items = new ArrayList<>();
        ((List<?>) value).forEach(item -> items.add(json(schema.getElementType(), item)));
        yield items;
      }
      case MAP -> {
        Map<String, Object> entries = new LinkedHashMap<>();
        ((Map<?, ?>) value)
            .forEach((key, item) -> entries.put(key.toString(), json(schema.getValueType(), item)));
        yield entries;
      }
      default -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Schema.Field field : schema.getFields()) {
          fields.put(field.name(), json(field.schema(), ((IndexedRecord) value).get(field.pos())));
        }
        yield fields;
      }
    };
  }

  private static String base64(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return Base64.getEncoder().encodeToString(copy);
  }
}
