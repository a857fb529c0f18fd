package dev.sluice.ingest.avro;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.RefusalReason;
import dev.sluice.ingest.stream.Stream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Undeclared fields of an event that came as JSON, taken along in Avro: a map of their names to
 * their JSON texts, in a field of this name.
 */
final class ExtraStep implements Step {
  static final String NAME = "_extra";

  private final Stream stream;
  private final int most;
  private final JsonFactory json;

  ExtraStep(Stream stream, DecodeLimits limits) {
    this.stream = stream;
    this.most = limits.fields();
    this.json =
        new JsonFactoryBuilder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(limits.depth())
                    .maxNumberLength(limits.eventBytes())
                    .maxStringLength(limits.eventBytes())
                    .maxNameLength(limits.eventBytes())
                    .build())
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .build();
  }

  /** Whether a field of a schema is such a map. */
  static boolean is(Schema.Field field) {
    return field.name().equals(NAME)
        && field.schema().getType() == Schema.Type.MAP
        && field.schema().getValueType().getType() == Schema.Type.STRING;
  }

  @Override
  public void read(Reading reading) throws RefusedEventException {
    AvroInput in = reading.in();
    Set<String> names = new HashSet<>();
    for (long block = in.readBlock(); block > 0; block = in.readBlock()) {
      for (long i = 0; i < block; i++) {
        int nameLength = in.readLength();
        int name = in.skip(nameLength);
        in.requireText(name, nameLength);
        int valueLength = in.readLength();
        int value = in.skip(valueLength);
        in.requireText(value, valueLength);
        String text = new String(in.bytes(), name, nameLength, StandardCharsets.UTF_8);
        if (!names.add(text) || stream.field(text).isPresent()) {
          throw new RefusedEventException(
              RefusalReason.DUPLICATE_KEY, "the field " + text + " comes twice, once in " + NAME);
        }
        if (names.size() > most) {
          throw new RefusedEventException(
              RefusalReason.TOO_LARGE, "the event has more than " + most + " fields");
        }
        if (present(in.bytes(), value, valueLength, text)) {
          reading.columns().extra(name, nameLength, value, valueLength);
        }
      }
    }
  }

  /** Whether it is a value, and not null; what is no JSON at all is refused. */
  private boolean present(byte[] bytes, int from, int length, String name)
      throws RefusedEventException {
    try (JsonParser parser = json.createParser(bytes, from, length)) {
      JsonToken first = parser.nextToken();
      if (first != null) {
        parser.skipChildren();
        if (!parser.currentToken().isStructStart() && parser.nextToken() == null) {
          return first != JsonToken.VALUE_NULL;
        }
      }
    } catch (IOException e) {
      // Said below.
    }
    throw new RefusedEventException(
        RefusalReason.MALFORMED_JSON, "the value of " + name + " in " + NAME + " is no JSON");
  }
}
