package dev.sluice.ingest.avro;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/** Random schemas and values, made from one number. */
final class AvroSamples {

  private final Random random;
  private int names;

  AvroSamples(long seed) {
    this.random = new Random(seed);
  }

  /** A record with some of the declared fields, most of a type that fits, and others. */
  Schema schema() {
    List<Schema.Field> fields = new ArrayList<>();
    declared(fields, "id", uuid(), Schema.create(Schema.Type.STRING), whole());
    declared(fields, "at", time(), Schema.create(Schema.Type.STRING), time());
    declared(fields, "name", Schema.create(Schema.Type.STRING), symbols(), any(1));
    declared(fields, "count", whole(), whole(), any(1));
    declared(fields, "few", whole(), whole(), any(1));
    declared(fields, "share", number(), decimal(), whole());
    declared(fields, "yes", Schema.create(Schema.Type.BOOLEAN), optional(any(1)));
    for (int i = random.nextInt(4); i > 0; i--) {
      fields.add(new Schema.Field(name("x"), any(3)));
    }
    java.util.Collections.shuffle(fields, random);
    return Schema.createRecord(name("Event"), null, "dev.sluice", false, fields);
  }

  private void declared(List<Schema.Field> fields, String name, Schema... choices) {
    if (random.nextInt(20) > 0) {
      Schema chosen = choices[random.nextInt(30) > 0 ? 0 : random.nextInt(choices.length)];
      fields.add(new Schema.Field(name, random.nextBoolean() ? chosen : optional(chosen)));
    }
  }

  private String name(String prefix) {
    return prefix + names++;
  }

  private Schema optional(Schema schema) {
    Schema none = Schema.create(Schema.Type.NULL);
    if (schema.getType() == Schema.Type.UNION || schema.getType() == Schema.Type.NULL) {
      return schema;
    }
    return random.nextBoolean()
        ? Schema.createUnion(none, schema)
        : Schema.createUnion(schema, none);
  }

  private Schema any(int depth) {
    return switch (random.nextInt(depth > 0 ? 14 : 10)) {
      case 0 -> Schema.create(Schema.Type.STRING);
      case 1 -> whole();
      case 2 -> number();
      case 3 -> Schema.create(Schema.Type.BOOLEAN);
      case 4 -> Schema.create(Schema.Type.BYTES);
      case 5 -> symbols();
      case 6 -> Schema.createFixed(name("Fixed"), null, "dev.sluice", random.nextInt(20));
      case 7 -> time();
      case 8 -> decimal();
      case 9 -> Schema.create(Schema.Type.NULL);
      case 10 -> Schema.createArray(any(depth - 1));
      case 11 -> Schema.createMap(any(depth - 1));
      case 12 -> optional(any(depth - 1));
      default -> {
        List<Schema.Field> fields = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          fields.add(new Schema.Field(name("n"), any(depth - 1)));
        }
        yield Schema.createRecord(name("Nested"), null, "dev.sluice", false, fields);
      }
    };
  }

  private Schema whole() {
    return Schema.create(random.nextBoolean() ? Schema.Type.INT : Schema.Type.LONG);
  }

  private Schema number() {
    return random.nextInt(3) == 0
        ? whole()
        : Schema.create(random.nextBoolean() ? Schema.Type.FLOAT : Schema.Type.DOUBLE);
  }

  private Schema decimal() {
    return LogicalTypes.decimal(20, 3).addToSchema(Schema.create(Schema.Type.BYTES));
  }

  private Schema uuid() {
    return LogicalTypes.uuid()
        .addToSchema(
            random.nextBoolean()
                ? Schema.create(Schema.Type.STRING)
                : Schema.createFixed(name("Uuid"), null, "dev.sluice", 16));
  }

  private Schema time() {
    Schema base = Schema.create(Schema.Type.LONG);
    return switch (random.nextInt(6)) {
      case 0 -> base;
      case 1 -> LogicalTypes.timestampMicros().addToSchema(base);
      case 2 -> LogicalTypes.timestampNanos().addToSchema(base);
      case 3 -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
      default -> LogicalTypes.timestampMillis().addToSchema(base);
    };
  }

  private Schema symbols() {
    return Schema.createEnum(name("Enum"), null, "dev.sluice", List.of("BUY", "SELL", "LOOK"));
  }

  Object value(Schema schema) {
    return switch (schema.getType()) {
      case NULL -> null;
      case BOOLEAN -> random.nextBoolean();
      case INT -> random.nextInt(30) > 0 ? random.nextInt(50_000) : random.nextInt();
      case LONG -> random.nextInt(30) > 0 ? random.nextInt() * 100_003L : random.nextLong();
      case FLOAT -> random.nextInt(40) > 0 ? random.nextFloat() * 1e6f : Float.NaN;
      case DOUBLE ->
          random.nextInt(40) > 0 ? random.nextGaussian() * 1e9 : Double.POSITIVE_INFINITY;
      case STRING ->
          schema.getLogicalType() == null || random.nextInt(30) == 0
              ? string()
              : new UUID(random.nextLong(), random.nextLong()).toString();
      case BYTES -> ByteBuffer.wrap(bytes(1 + random.nextInt(8)));
      case FIXED -> new GenericData.Fixed(schema, bytes(schema.getFixedSize()));
      case ENUM ->
          new GenericData.EnumSymbol(
              schema, schema.getEnumSymbols().get(random.nextInt(schema.getEnumSymbols().size())));
      case UNION -> {
        boolean none = random.nextInt(10) == 0;
        yield value(
            schema.getTypes().stream()
                .filter(branch -> none == (branch.getType() == Schema.Type.NULL))
                .findFirst()
                .orElseThrow());
      }
      case RECORD -> {
        GenericData.Record record = new GenericData.Record(schema);
        schema.getFields().forEach(field -> record.put(field.pos(), value(field.schema())));
        yield record;
      }
      case ARRAY -> {
        List<Object> items = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          items.add(value(schema.getElementType()));
        }
        yield items;
      }
      case MAP -> {
        Map<String, Object> entries = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          entries.put(string(), value(schema.getValueType()));
        }
        yield entries;
      }
    };
  }

  private String string() {
    return switch (random.nextInt(6)) {
      case 0 -> new UUID(random.nextLong(), random.nextLong()).toString();
      case 1 ->
          "2026-01-31T08:15:00." + random.nextInt(1000) + (random.nextBoolean() ? "Z" : "+01:00");
      case 2 -> "größe \"\\\n\u0001" + random.nextInt(9);
      case 3 -> "";
      default -> Integer.toString(random.nextInt(), 36);
    };
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return random.nextBoolean()
        ? bytes
        : "abcdefghijklmnopqrstuvwxyz".substring(0, length).getBytes(StandardCharsets.UTF_8);
  }
}
