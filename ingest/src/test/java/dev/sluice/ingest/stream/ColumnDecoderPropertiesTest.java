package dev.sluice.ingest.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The short way and the long way of reading an event agree on every event, well-formed or not. */
class ColumnDecoderPropertiesTest {

  private static final Stream STREAM =
      new Stream(
          "all-types",
          List.of(
              new Field("id", FieldType.UUID, false),
              new Field("at", FieldType.TIMESTAMP, true),
              new Field("name", FieldType.STRING, false),
              new Field("count", FieldType.LONG, false),
              new Field("small", FieldType.INT, false),
              new Field("share", FieldType.DOUBLE, false),
              new Field("yes", FieldType.BOOLEAN, false)),
          Optional.empty(),
          Optional.of("at"),
          1);

  private final EventDecoder decoder = new EventDecoder(new DecodeLimits(4_000, 8, 40));
  private final ColumnDecoder columns = decoder.columns(STREAM);

  @Property(tries = 5_000)
  void bothWaysSayTheSameOfAnEvent(@ForAll("events") String text) {
    compare(text.getBytes(UTF_8));
  }

  @Property(tries = 5_000)
  void bothWaysSayTheSameOfADamagedEvent(
      @ForAll("events") String text, @ForAll byte damage, @ForAll int place) {
    byte[] bytes = text.getBytes(UTF_8);
    bytes[Math.floorMod(place, bytes.length)] = damage;
    compare(bytes);
  }

  @Example
  void aPlainEventIsReadTheShortWay() {
    String plain =
        "{\"id\":\"018f6b1e-9c3a-7d21-8a55-0e1f2a3b4c5d\",\"at\":\"2026-01-31T08:15:00.25Z\","
            + " \"name\":\"größe\",\"count\":-17,\"share\":0.25,\"yes\":true,\"x\":\"y\",\"z\":1e5}";
    FlatScanner scanner =
        new FlatScanner(STREAM, DecodeLimits.standard(), new EventColumns(STREAM));
    assertThat(scanner.scan(plain.getBytes(UTF_8))).isTrue();
    assertThat(scanner.scan(plain.replace("größe", "\\u0061").getBytes(UTF_8))).isFalse();
  }

  void compare(byte[] bytes) {
    Decoded expected = decoder.decode(STREAM, bytes);
    Optional<Decoded.Refused> refused = columns.read(bytes);
    if (expected instanceof Decoded.Event event) {
      assertThat(refused).isEmpty();
      assertThat(read()).isEqualTo(event.values());
      assertThat(extras()).isEqualTo(event.extra());
    } else {
      assertThat(refused).contains((Decoded.Refused) expected);
    }
  }

  private Map<String, Object> read() {
    EventColumns event = columns.columns();
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
      case LONG, INT -> event.whole(field);
      case DOUBLE -> event.fraction(field);
      case BOOLEAN -> event.whole(field) == 1;
      case TIMESTAMP ->
          Instant.ofEpochSecond(
              Math.floorDiv(event.whole(field), 1_000_000L),
              Math.floorMod(event.whole(field), 1_000_000L) * 1_000L);
      case UUID -> new UUID(event.whole(field), event.low(field));
    };
  }

  private Map<String, String> extras() {
    EventColumns event = columns.columns();
    Map<String, String> extras = new LinkedHashMap<>();
    for (int i = 0; i < event.extras(); i++) {
      extras.put(
          new String(event.bytes(), event.extraName(i), event.extraNameLength(i), UTF_8),
          new String(event.bytes(), event.extraValue(i), event.extraValueLength(i), UTF_8));
    }
    return extras;
  }

  @Provide
  Arbitrary<String> events() {
    Arbitrary<String> field =
        Combinators.combine(names(), space(), values(), space())
            .as((name, before, value, after) -> name + before + ":" + value + after);
    return Combinators.combine(
            field.list().ofMaxSize(9), times(), Arbitraries.of(0, 1, 2, 3, 9), space())
        .as(
            (fields, time, place, space) -> {
              List<String> all = new ArrayList<>(fields);
              if (place < 9) {
                all.add(Math.min(place, all.size()), "\"at\":" + time);
              }
              return space + "{" + space + String.join("," + space, all) + "}" + space;
            });
  }

  private static Arbitrary<String> space() {
    return Arbitraries.frequency(
        net.jqwik.api.Tuple.of(8, ""),
        net.jqwik.api.Tuple.of(1, " "),
        net.jqwik.api.Tuple.of(1, "\n\t\r "));
  }

  private static Arbitrary<String> names() {
    return Arbitraries.of(
        "\"id\"",
        "\"name\"",
        "\"small\"",
        "\"count\"",
        "\"share\"",
        "\"yes\"",
        "\"x\"",
        "\"y\"",
        "\"größe\"",
        "\"\"",
        "\"na\\u006de\"",
        "\"Name\"");
  }

  private static Arbitrary<String> values() {
    return Arbitraries.oneOf(
        numbers(),
        times(),
        Arbitraries.of("true", "false", "null", "tru", "True", "{}", "[1]", "{\"a\":1}", ""),
        Arbitraries.strings().ofMaxLength(30).map(s -> '"' + s.replace('"', '\'') + '"'),
        Arbitraries.strings().alpha().ofMaxLength(60).map(s -> '"' + s + '"'),
        Arbitraries.of("\"a\\n\"", "\"\\ud800\"", "\"ü\"", "\"a\u0000b\"", "\"\t\""),
        Arbitraries.create(UUID::randomUUID).map(uuid -> '"' + uuid.toString() + '"'),
        Arbitraries.of(
            "\"018F6B1E-9C3A-7D21-8A55-0E1F2A3B4C5D\"",
            "\"018f6b1e-9c3a-7d21-8a55-0e1f2a3b4c5x\""));
  }

  private static Arbitrary<String> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.longs().map(Object::toString),
        Arbitraries.doubles().map(Object::toString),
        Arbitraries.integers().between(-200, 200).map(Object::toString),
        Arbitraries.of(
            "-0",
            "-0.0",
            "00",
            "01",
            "1.",
            ".5",
            "+1",
            "1e5",
            "1E-5",
            "1e400",
            "-1e-400",
            "0.1",
            "123456789012345678",
            "1234567890123456789",
            "9223372036854775807",
            "9223372036854775808",
            "0.30000000000000004",
            "123456.789012345",
            "1.7976931348623157e308",
            "12a",
            "-",
            "NaN"));
  }

  private static Arbitrary<String> times() {
    return Arbitraries.oneOf(
        Arbitraries.longs()
            .between(-62_135_596_800L, 253_402_300_799L)
            .map(second -> '"' + Instant.ofEpochSecond(second).toString() + '"'),
        Arbitraries.longs()
            .between(0, 4_000_000_000_000_000L)
            .map(micros -> '"' + Instant.EPOCH.plusNanos(micros * 1_000).toString() + '"'),
        Arbitraries.of(
            "\"2026-01-31T08:15:00.1Z\"",
            "\"2026-01-31T08:15:00.123456789Z\"",
            "\"2026-01-31T08:15:00.1234567890Z\"",
            "\"2026-01-31T08:15:00.Z\"",
            "\"2026-01-31T08:15Z\"",
            "\"2026-01-31T08:15:00+02:00\"",
            "\"2026-02-29T00:00:00Z\"",
            "\"2024-02-29T23:59:59Z\"",
            "\"2026-04-31T00:00:00Z\"",
            "\"2026-01-31T24:00:00Z\"",
            "\"2026-01-31T08:60:00Z\"",
            "\"2026-01-31T08:15:60Z\"",
            "\"0000-01-01T00:00:00Z\"",
            "\"9999-12-31T23:59:59.999999999Z\"",
            "\"2026-13-01T00:00:00Z\"",
            "\"2026-00-01T00:00:00Z\"",
            "\"2026-01-00T00:00:00Z\"",
            "\"2026-01-31t08:15:00z\"",
            "\"2026-1-31T08:15:00.00Z\"",
            "1769847300250",
            "-1",
            "253402300799999",
            "253402300800000",
            "-62135596800000",
            "-62135596800001",
            "1.5"));
  }
}
