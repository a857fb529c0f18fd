package dev.sluice.ingest.cloudevent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.sluice.ingest.stream.RefusalReason;
import dev.sluice.ingest.stream.SentJson;
import dev.sluice.ingest.stream.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Opens CloudEvents. */
public final class CloudEvents {
  private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.US_ASCII);

  static final JsonFactory JSON = SentJson.FACTORY;

  private CloudEvents() {}

  /** One whose context came beside it. */
  public static Opening binary(CloudContext context, byte[] body) {
    return opened(context, blank(body) ? NOTHING : body);
  }

  /** One that is a JSON object with its data among its attributes. */
  public static Opening structured(byte[] bytes, int start, int length) {
    if (Utf8.firstInvalid(bytes, start, length).isPresent()) {
      return new Opening.Wrong(RefusalReason.INVALID_UTF8.wireName(), "not UTF-8");
    }
    Reading reading = new Reading(Arrays.copyOfRange(bytes, start, start + length));
    try (JsonParser parser = JSON.createParser(reading.bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new Opening.Wrong(
            RefusalReason.NOT_AN_OBJECT.wireName(), "a CloudEvent must be a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        Optional<Opening.Wrong> wrong = reading.member(parser);
        if (wrong.isPresent()) {
          return wrong.get();
        }
      }
      if (parser.nextToken() != null) {
        return malformed("something follows the CloudEvent");
      }
    } catch (StreamConstraintsException e) {
      return new Opening.Wrong(
          RefusalReason.TOO_DEEP.wireName(), "nested deeper than " + SentJson.DEEPEST + " levels");
    } catch (IOException e) {
      return malformed("the CloudEvent is not JSON: it breaks off or goes wrong");
    }
    return reading.done();
  }

  private static Opening opened(CloudContext context, byte[] data) {
    Optional<String> wrong = context.wrong();
    return wrong.isPresent()
        ? new Opening.Wrong(Opening.BAD_ENVELOPE, wrong.get())
        : new OpenedEvent(context, data);
  }

  private static Opening.Wrong malformed(String why) {
    return new Opening.Wrong(RefusalReason.MALFORMED_JSON.wireName(), why);
  }

  private static boolean blank(byte[] body) {
    for (byte b : body) {
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return false;
      }
    }
    return true;
  }

  /** One object's members as they come. */
  private static final class Reading {
    private final byte[] bytes;
    private final Map<String, String> attributes = new HashMap<>();
    private Optional<byte[]> data = Optional.empty();

    private Reading(byte[] bytes) {
      this.bytes = bytes;
    }

    /** Reads the member whose name is the current token; what is wrong with it. */
    private Optional<Opening.Wrong> member(JsonParser parser) throws IOException {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (name.equals("data") || name.equals("data_base64")) {
        if (data.isPresent()) {
          return Optional.of(bad("it has data twice"));
        }
        return name.equals("data") ? plain(parser) : base64(parser);
      }
      if (token == JsonToken.VALUE_NULL) {
        return Optional.empty();
      }
      if (!token.isScalarValue()) {
        return Optional.of(bad("an attribute is neither text, nor a number, nor true or false"));
      }
      return attributes.put(name, parser.getText()) == null
          ? Optional.empty()
          : Optional.of(
              new Opening.Wrong(
                  RefusalReason.DUPLICATE_KEY.wireName(), "it has an attribute twice"));
    }

    private Optional<Opening.Wrong> plain(JsonParser parser) throws IOException {
      int begin = (int) parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      parser.finishToken();
      int end = (int) parser.currentLocation().getByteOffset();
      data = Optional.of(Arrays.copyOfRange(bytes, begin, end));
      return Optional.empty();
    }

    private Optional<Opening.Wrong> base64(JsonParser parser) throws IOException {
      try {
        data = Optional.of(Base64.getDecoder().decode(parser.getText()));
        return Optional.empty();
      } catch (IllegalArgumentException e) {
        return Optional.of(bad("its data_base64 is not Base64"));
      }
    }

    private Opening done() {
      return opened(new CloudContext(attributes), data.orElse(NOTHING));
    }

    private static Opening.Wrong bad(String why) {
      return new Opening.Wrong(Opening.BAD_ENVELOPE, why);
    }
  }
}
