package dev.sluice.ingest.enrich;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields a step reads and fills, found in the stream when the module starts. */
final class Target {
  private Target() {}

  /** A declared field of that type. */
  static String one(Stream stream, Optional<String> said, String role, FieldType type) {
    String name =
        said.orElseThrow(() -> new IllegalArgumentException("it needs " + role + ", a field"));
    Field field =
        stream
            .field(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        role + ": " + name + " is no field of the stream"));
    if (field.type() != type) {
      throw new IllegalArgumentException(
          role + ": the field " + name + " must be a " + type.wireName());
    }
    return name;
  }

  /** Of several texts a step finds, those the stream has a field for: at least one. */
  static Map<String, String> several(Stream stream, Optional<String> prefix, List<String> parts) {
    String begin =
        prefix.orElseThrow(
            () -> new IllegalArgumentException("it needs to, what its fields' names begin with"));
    Map<String, String> found = new LinkedHashMap<>();
    for (String part : parts) {
      String name = begin + "_" + part;
      if (stream.field(name).isPresent()) {
        found.put(part, one(stream, Optional.of(name), "to", FieldType.STRING));
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "the stream has none of the fields it fills: "
              + String.join(", ", parts.stream().map(part -> begin + "_" + part).toList()));
    }
    return found;
  }

  /** The text of a field; empty where it has none. */
  static Optional<String> text(ObjectNode event, String field) {
    return event.path(field).isTextual()
        ? Optional.of(event.path(field).textValue())
        : Optional.empty();
  }

  /** Fills a field that the event leaves open; what its sender says stays. */
  static void fill(ObjectNode event, String field, Optional<String> value) {
    if (value.isPresent() && !event.hasNonNull(field)) {
      event.put(field, value.get());
    }
  }
}
