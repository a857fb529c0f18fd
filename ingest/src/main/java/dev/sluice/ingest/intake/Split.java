package dev.sluice.ingest.intake;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.Position;
import dev.sluice.ingest.stream.RefusalReason;
import dev.sluice.ingest.stream.SentJson;
import dev.sluice.ingest.stream.Utf8;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A body cut into the bytes of its events, or refused as a whole. */
sealed interface Split {
  /** The bytes of one event in the body, and the lines and columns before them. */
  record Slice(int start, int length, int linesBefore, int columnsBefore) {}

  /** All events; a single one was sent as itself, not as a list of one. */
  record Slices(List<Slice> slices, boolean single) implements Split {
    public Slices {
      slices = List.copyOf(slices);
    }
  }

  record TooMany() implements Split {}

  record NoList(Decoded.Refused refused) implements Split {}

  static Split of(byte[] body, Notation notation, int most) {
    if (notation == Notation.LINES) {
      return lines(body, most);
    }
    int first = 0;
    while (first < body.length && isBlank(body[first])) {
      first++;
    }
    if (notation != Notation.CLOUD_EVENT && first < body.length && body[first] == '[') {
      return array(body, most);
    }
    if (notation == Notation.CLOUD_EVENTS) {
      return refused(
          RefusalReason.MALFORMED_JSON, "a batch of CloudEvents is an array", body, first);
    }
    return new Slices(List.of(new Slice(0, body.length, 0, 0)), true);
  }

  private static Split lines(byte[] body, int most) {
    List<Slice> slices = new ArrayList<>();
    int start = 0;
    int line = 0;
    while (start < body.length) {
      int end = start;
      boolean blank = true;
      while (end < body.length && body[end] != '\n') {
        blank &= isBlank(body[end]);
        end++;
      }
      if (!blank) {
        if (slices.size() == most) {
          return new TooMany();
        }
        slices.add(new Slice(start, end - start, line, 0));
      }
      start = end + 1;
      line++;
    }
    return new Slices(slices, false);
  }

  private static Split array(byte[] body, int most) {
    OptionalInt invalid = Utf8.firstInvalid(body, 0, body.length);
    if (invalid.isPresent()) {
      return refused(RefusalReason.INVALID_UTF8, "not UTF-8", body, invalid.getAsInt());
    }
    List<Slice> slices = new ArrayList<>();
    try (JsonParser parser = SentJson.FACTORY.createParser(body)) {
      parser.nextToken();
      JsonToken token = parser.nextToken();
      while (token != JsonToken.END_ARRAY) {
        if (slices.size() == most) {
          return new TooMany();
        }
        int start = (int) parser.currentTokenLocation().getByteOffset();
        int line = parser.currentTokenLocation().getLineNr() - 1;
        int column = parser.currentTokenLocation().getColumnNr() - 1;
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getByteOffset();
        slices.add(new Slice(start, end - start, line, column));
        token = parser.nextToken();
      }
      if (parser.nextToken() != null) {
        int at = (int) parser.currentTokenLocation().getByteOffset();
        return refused(RefusalReason.MALFORMED_JSON, "something follows the array", body, at);
      }
      return new Slices(slices, false);
    } catch (StreamConstraintsException e) {
      // It does not say where.
      return new NoList(
          new Decoded.Refused(
              RefusalReason.TOO_DEEP,
              "nested deeper than " + SentJson.DEEPEST + " levels",
              Optional.empty()));
    } catch (JsonParseException e) {
      int at = (int) e.getLocation().getByteOffset();
      return refused(
          RefusalReason.MALFORMED_JSON,
          "the array is not JSON, so none of its events was taken: it breaks off or goes wrong",
          body,
          at);
    } catch (IOException e) {
      throw new UncheckedIOException("reading bytes from memory", e);
    }
  }

  private static NoList refused(RefusalReason reason, String what, byte[] body, int at) {
    Position position = Position.of(body, 0, Math.max(0, Math.min(at, body.length)));
    return new NoList(new Decoded.Refused(reason, what, Optional.of(position)));
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }
}
