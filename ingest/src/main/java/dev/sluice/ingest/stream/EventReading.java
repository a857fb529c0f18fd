package dev.sluice.ingest.stream;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The reading of one event from its first token to its last. */
final class EventReading {
  /** Ends a reading. It never leaves the package and costs no stack trace. */
  static final class NotAnEvent extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Decoded.Refused refused;

    NotAnEvent(Decoded.Refused refused) {
      super(refused.detail(), null, false, false);
      this.refused = refused;
    }

    Decoded.Refused refused() {
      return refused;
    }
  }

  private final Stream stream;
  private final DecodeLimits limits;
  private final JsonParser parser;
  private final byte[] bytes;
  private final int start;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, String> extra = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  EventReading(Stream stream, DecodeLimits limits, JsonParser parser, byte[] bytes, int start) {
    this.stream = stream;
    this.limits = limits;
    this.parser = parser;
    this.bytes = bytes;
    this.start = start;
  }

  Decoded.Event read() throws IOException, NotAnEvent {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw refuse(
          RefusalReason.MALFORMED_JSON, "there is no JSON", Position.of(bytes, start, start));
    }
    if (first != JsonToken.START_OBJECT) {
      throw refuse(
          RefusalReason.NOT_AN_OBJECT, "expected an object, got " + describe(first), here());
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      readField();
    }
    if (parser.nextToken() != null) {
      throw refuse(RefusalReason.MALFORMED_JSON, "something follows the event's object", here());
    }
    for (Field field : stream.fields()) {
      if (field.required() && !values.containsKey(field.name())) {
        throw new NotAnEvent(
            new Decoded.Refused(
                RefusalReason.MISSING_FIELD,
                "the required field " + field.name() + " is missing",
                Optional.empty()));
      }
    }
    Optional<String> key = stream.keyField().map(values::get).map(Object::toString);
    Optional<Instant> time = stream.timeField().map(values::get).map(Instant.class::cast);
    return new Decoded.Event(values, key, time, extra);
  }

  private void readField() throws IOException, NotAnEvent {
    String name = parser.currentName();
    if (!names.add(name)) {
      throw refuse(
          RefusalReason.DUPLICATE_KEY, "the field " + quoted(name) + " comes twice", here());
    }
    if (names.size() > limits.fields()) {
      throw refuse(RefusalReason.TOO_LARGE, "more than " + limits.fields() + " fields", here());
    }
    JsonToken token = parser.nextToken();
    Optional<Field> field = stream.field(name);
    if (field.isEmpty()) {
      requirePairedSurrogates(name, name);
      extra.put(name, skippedText());
    } else if (token == JsonToken.VALUE_NULL) {
      // An explicit null says what an absent field says.
      return;
    } else {
      values.put(name, value(field.get(), token));
    }
  }

  private Object value(Field field, JsonToken token) throws IOException, NotAnEvent {
    return switch (field.type()) {
      case STRING -> string(field, token);
      case LONG -> wholeNumber(field, token);
      case INT -> smallNumber(field, token);
      case DOUBLE -> number(field, token);
      case BOOLEAN -> truth(field, token);
      case TIMESTAMP -> timestamp(field, token);
      case UUID -> uuid(field, token);
    };
  }

  private String string(Field field, JsonToken token) throws IOException, NotAnEvent {
    if (token != JsonToken.VALUE_STRING) {
      throw wrongType(field, "a string", token);
    }
    String text = parser.getText();
    requirePairedSurrogates(field.name(), text);
    return text;
  }

  private UUID uuid(Field field, JsonToken token) throws IOException, NotAnEvent {
    byte[] text =
        token == JsonToken.VALUE_STRING
            ? parser.getText().getBytes(StandardCharsets.UTF_8)
            : new byte[0];
    if (text.length != UuidText.LENGTH || !UuidText.is(text, 0)) {
      throw wrongType(field, "a UUID such as 018f6b1e-9c3a-7d21-8a55-0e1f2a3b4c5d", token);
    }
    return new UUID(UuidText.high(text, 0), UuidText.low(text, 0));
  }

  private Boolean truth(Field field, JsonToken token) throws NotAnEvent {
    if (!token.isBoolean()) {
      throw wrongType(field, "true or false", token);
    }
    return token == JsonToken.VALUE_TRUE;
  }

  private Long wholeNumber(Field field, JsonToken token) throws IOException, NotAnEvent {
    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      throw refuse(
          RefusalReason.WRONG_TYPE,
          field.name() + ": expected a whole number, got one with a fraction or an exponent",
          here());
    }
    if (token != JsonToken.VALUE_NUMBER_INT) {
      throw wrongType(field, "a whole number", token);
    }
    try {
      return Long.valueOf(parser.getText());
    } catch (NumberFormatException e) {
      throw refuse(
          RefusalReason.OUT_OF_RANGE,
          field.name() + ": the number does not fit into 64 bits",
          here());
    }
  }

  private Long smallNumber(Field field, JsonToken token) throws IOException, NotAnEvent {
    long number = wholeNumber(field, token);
    if ((int) number != number) {
      throw refuse(
          RefusalReason.OUT_OF_RANGE,
          field.name() + ": the number does not fit into 32 bits",
          here());
    }
    return number;
  }

  private Double number(Field field, JsonToken token) throws IOException, NotAnEvent {
    if (!token.isNumeric()) {
      throw wrongType(field, "a number", token);
    }
    String text = parser.getText();
    double value =
        text.length() > PlainNumber.LONGEST ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw refuse(
          RefusalReason.OUT_OF_RANGE, field.name() + ": the number is out of range", here());
    }
    return value;
  }

  private Instant timestamp(Field field, JsonToken token) throws IOException, NotAnEvent {
    Instant instant;
    if (token == JsonToken.VALUE_NUMBER_INT) {
      instant = Instant.ofEpochMilli(wholeNumber(field, token));
    } else if (token == JsonToken.VALUE_STRING) {
      try {
        instant = OffsetDateTime.parse(parser.getText()).toInstant();
      } catch (DateTimeException e) {
        throw refuse(
            RefusalReason.WRONG_TYPE,
            field.name()
                + ": expected a time such as 2026-01-31T08:15:00.250Z (an offset or Z is needed)"
                + " or epoch milliseconds",
            here());
      }
    } else {
      throw wrongType(field, "a time as text or as epoch milliseconds", token);
    }
    long millis = instant.toEpochMilli();
    if (millis < PlainTime.EARLIEST_MILLIS || millis > PlainTime.LATEST_MILLIS) {
      throw refuse(
          RefusalReason.OUT_OF_RANGE,
          field.name() + ": the time is outside the years 1 to 9999",
          here());
    }
    return instant.truncatedTo(ChronoUnit.MICROS);
  }

  /** Passes over the current value, however it is nested, and gives its JSON text as sent. */
  private String skippedText() throws IOException, NotAnEvent {
    int from = start + (int) parser.currentTokenLocation().getByteOffset();
    Deque<Set<String>> open = new ArrayDeque<>();
    JsonToken token = parser.currentToken();
    while (true) {
      if (token.isStructStart()) {
        if (open.size() + 2 > limits.depth()) {
          throw refuse(
              RefusalReason.TOO_DEEP, "nested deeper than " + limits.depth() + " levels", here());
        }
        open.push(new HashSet<>());
      } else if (token.isStructEnd()) {
        open.pop();
      } else if (token == JsonToken.FIELD_NAME && !open.element().add(parser.currentName())) {
        throw refuse(
            RefusalReason.DUPLICATE_KEY,
            "the field " + quoted(parser.currentName()) + " comes twice",
            here());
      }
      if (open.isEmpty()) {
        break;
      }
      token = parser.nextToken();
    }
    // A string is read lazily: only now is its end known.
    parser.finishToken();
    int to = start + (int) parser.currentLocation().getByteOffset();
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /** An escaped half of a pair is valid JSON, but no bytes of UTF-8 can hold it. */
  private void requirePairedSurrogates(String name, String text) throws NotAnEvent {
    // As a code point of its own, a surrogate stands without its other half.
    if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      throw refuse(RefusalReason.INVALID_UTF8, quoted(name) + ": half of a surrogate pair", here());
    }
  }

  private NotAnEvent wrongType(Field field, String expected, JsonToken got) {
    return refuse(
        RefusalReason.WRONG_TYPE,
        field.name() + ": expected " + expected + ", got " + describe(got),
        here());
  }

  private NotAnEvent refuse(RefusalReason reason, String what, Position position) {
    return new NotAnEvent(new Decoded.Refused(reason, what, Optional.of(position)));
  }

  private Position here() {
    int offset = (int) parser.currentTokenLocation().getByteOffset();
    return Position.of(bytes, start, start + Math.max(0, offset));
  }

  /** A stranger's name, fit for a line of an answer. */
  private static String quoted(String name) {
    StringBuilder text = new StringBuilder("\"");
    name.codePoints()
        .limit(64)
        .map(
            c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
        .forEach(text::appendCodePoint);
    return text.append('"').toString();
  }

  private static String describe(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      case VALUE_NULL -> "null";
      default -> "something else";
    };
  }
}
