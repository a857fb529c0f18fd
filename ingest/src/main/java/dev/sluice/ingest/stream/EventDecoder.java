package dev.sluice.ingest.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** Decodes the JSON bytes of one event. Safe for use by many threads. */
public final class EventDecoder implements ColumnDecoders {
  private static final int LONGEST_DETAIL = 200;

  private final DecodeLimits limits;
  private final JsonFactory json;

  public EventDecoder(DecodeLimits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
    this.json = factory(limits);
  }

  public Decoded decode(Stream stream, byte[] bytes) {
    return decode(stream, bytes, 0, bytes.length);
  }

  /** Decodes a part of the bytes; positions count from the part's first byte. */
  public Decoded decode(Stream stream, byte[] bytes, int start, int length) {
    Objects.checkFromIndexSize(start, length, bytes.length);
    if (length > limits.eventBytes()) {
      return refused(
          RefusalReason.TOO_LARGE,
          "the event has " + length + " bytes; " + limits.eventBytes() + " is the most");
    }
    OptionalInt invalid = Utf8.firstInvalid(bytes, start, length);
    if (invalid.isPresent()) {
      Position position = Position.of(bytes, start, invalid.getAsInt());
      return new Decoded.Refused(RefusalReason.INVALID_UTF8, "not UTF-8", Optional.of(position));
    }
    try (JsonParser parser = json.createParser(bytes, start, length)) {
      return new EventReading(stream, limits, parser, bytes, start).read();
    } catch (EventReading.NotAnEvent e) {
      return e.refused();
    } catch (StreamConstraintsException e) {
      return refused(RefusalReason.TOO_LARGE, line(e.getOriginalMessage()));
    } catch (JsonParseException e) {
      return malformed(e, bytes, start, length);
    } catch (IOException e) {
      throw new UncheckedIOException("reading bytes from memory", e);
    }
  }

  /** Of events in JSON: a stream of another format needs another decoder. */
  @Override
  public ColumnDecoder columns(Stream stream) {
    if (!(stream.format() instanceof EventFormat.Json)) {
      throw new IllegalArgumentException("the events of " + stream.name() + " are not JSON");
    }
    return new JsonColumns(this, limits, stream);
  }

  private static JsonFactory factory(DecodeLimits limits) {
    // The reading itself refuses what is too deep or a number too long, with a typed reason; here
    // the same bounds hold with a little room, so that the parser never answers first.
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(limits.depth() + 2)
            .maxNumberLength(limits.eventBytes())
            .maxStringLength(limits.eventBytes())
            .maxNameLength(limits.eventBytes())
            .build();
    // Without charset detection UTF-16 is not an event. Symbol overflow depends on what a factory
    // saw before, so failing on it would not be deterministic.
    return new JsonFactoryBuilder()
        .streamReadConstraints(constraints)
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
        .build();
  }

  private static Decoded.Refused malformed(
      JsonParseException e, byte[] bytes, int start, int length) {
    long offset = e.getLocation() == null ? length : e.getLocation().getByteOffset();
    int index = (int) Math.max(0, Math.min(offset, length));
    Position position = Position.of(bytes, start, start + index);
    String what =
        e instanceof JsonEOFException ? "the JSON ends too early" : line(e.getOriginalMessage());
    return new Decoded.Refused(RefusalReason.MALFORMED_JSON, what, Optional.of(position));
  }

  private static Decoded.Refused refused(RefusalReason reason, String detail) {
    return new Decoded.Refused(reason, detail, Optional.empty());
  }

  private static String line(String message) {
    String first = message.lines().findFirst().orElse("");
    // "Unexpected close marker '}': expected ']' (for Array starting at [Source: …": told by
    // position.
    int source = first.indexOf(" (for ");
    first = source < 0 ? first : first.substring(0, source);
    return first.length() <= LONGEST_DETAIL ? first : first.substring(0, LONGEST_DETAIL) + "…";
  }
}
