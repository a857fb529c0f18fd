package dev.sluice.ingest.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.daemon.Settings;
import dev.sluice.daemon.SettingsException;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.StreamSettings;
import java.util.Objects;
import java.util.Optional;

/**
 * A stream as somebody declares it: what the settings say of one, and what only a stream that can
 * change needs.
 *
 * @param avro the schema its events are to be written with, where it was declared by one
 */
public record Definition(
    StreamSettings settings, Compatibility compatibility, Optional<String> avro) {
  private static final String COMPATIBILITY = "compatibility";
  private static final String SCHEMA = "schema";
  private static final String FIELDS = "fields";
  private static final String FORMAT = "format";

  public Definition {
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(compatibility, "compatibility");
    Objects.requireNonNull(avro, "avro");
  }

  /**
   * Reads a definition.
   *
   * @throws IllegalArgumentException with one line that says what is wrong with it
   */
  public static Definition read(ObjectNode said) {
    ObjectNode rest = said.deepCopy();
    rest.remove("name");
    Optional<JsonNode> schema = Optional.ofNullable(rest.remove(SCHEMA));
    if (rest.has("schemas")) {
      throw new IllegalArgumentException(
          "schemas are of the settings file; here give schema, or register them at the registry");
    }
    if (schema.isPresent() && rest.has(FIELDS)) {
      throw new IllegalArgumentException("give fields or a schema, not both");
    }
    Optional<String> avro = Optional.empty();
    if (schema.isPresent()) {
      JsonNode parsed = SchemaText.parse(schema.get());
      if (SchemaText.isAvro(parsed)) {
        rest.set(FIELDS, AvroFields.of(parsed.toString()));
        if (!rest.hasNonNull(FORMAT)) {
          rest.put(FORMAT, "avro");
        }
        avro = rest.path(FORMAT).asText().equals("avro") ? Optional.of(parsed.toString()) : avro;
      } else {
        rest.set(FIELDS, JsonSchemaFields.of(parsed));
      }
    }
    return read(rest, avro);
  }

  /** Reads a definition that was kept, whose fields are written out. */
  public static Definition kept(ObjectNode fields, Optional<String> avro) {
    return read(fields.deepCopy(), avro);
  }

  private static Definition read(ObjectNode rest, Optional<String> avro) {
    JsonNode mode = rest.path(COMPATIBILITY);
    rest.remove(COMPATIBILITY);
    try {
      return new Definition(
          Settings.read(StreamSettings.class, rest),
          mode.isMissingNode() || mode.isNull()
              ? Compatibility.BACKWARD
              : Compatibility.parse(mode.asText()),
          avro);
    } catch (SettingsException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The stream that it declares. */
  public Stream stream(String name) {
    return settings.stream(name);
  }
}
