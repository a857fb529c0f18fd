package dev.sluice.ingest.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.ingest.stream.FieldType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields of a stream as a JSON Schema (draft 2020-12) declares them. What it says beyond names,
 * types and what is required would not be checked, so it is refused rather than passed over.
 */
final class JsonSchemaFields {
  private static final Set<String> NOTES =
      Set.of(
          "$schema",
          "$id",
          "$comment",
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly");

  private JsonSchemaFields() {}

  /** As a definition lists fields. */
  static ArrayNode of(JsonNode schema) {
    if (!schema.path("type").asText("object").equals("object")
        || !schema.path("properties").isObject()) {
      throw new IllegalArgumentException(
          "schema: a JSON Schema here has type: object and properties; an Avro schema has type:"
              + " record");
    }
    if (schema.path("additionalProperties").isBoolean()
        && !schema.path("additionalProperties").asBoolean()) {
      throw new IllegalArgumentException(
          "schema: additionalProperties: false is not kept, for undeclared fields are taken along in"
              + " _extra; leave it out");
    }
    requireKnown(schema, "", Set.of("type", "properties", "required", "additionalProperties"));
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    ArrayNode fields = JsonNodeFactory.instance.arrayNode();
    for (Map.Entry<String, JsonNode> property : schema.get("properties").properties()) {
      List<String> types = types(property.getKey(), property.getValue());
      boolean nullable = types.remove("null");
      fields
          .addObject()
          .put("name", property.getKey())
          .put("type", type(property.getKey(), property.getValue(), types).wireName())
          .put("required", required.remove(property.getKey()) && !nullable);
    }
    if (!required.isEmpty()) {
      throw new IllegalArgumentException(
          "schema: required names " + required.iterator().next() + ", which is no property");
    }
    return fields;
  }

  private static List<String> types(String name, JsonNode property) {
    if (!property.isObject()) {
      throw refused(name, "is no schema", "write {\"type\": \"string\"}, for example");
    }
    List<String> types = new ArrayList<>();
    if (property.path("type").isArray()) {
      property.get("type").forEach(type -> types.add(type.asText()));
    } else if (property.has("type")) {
      types.add(property.get("type").asText());
    } else if (property.path("enum").isArray()) {
      types.add("string");
    }
    return types;
  }

  private static FieldType type(String name, JsonNode property, List<String> types) {
    if (types.size() != 1) {
      throw refused(
          name,
          types.isEmpty() ? "has no type" : "has several types",
          "give it one, and \"null\" beside it where it may be missing");
    }
    String type = types.get(0);
    if (type.equals("object") || type.equals("array")) {
      throw refused(
          name,
          "is nested (" + type + ")",
          "a stream's fields are flat: leave it out, and it is kept as its JSON text in _extra");
    }
    requireKnown(property, name, Set.of("type", "format"));
    String format = property.path("format").asText("");
    return switch (type) {
      case "string" ->
          switch (format) {
            case "", "uri", "email", "hostname", "ipv4", "ipv6" -> FieldType.STRING;
            case "date-time" -> FieldType.TIMESTAMP;
            case "uuid" -> FieldType.UUID;
            default -> throw refused(name, "has the format " + format, "use date-time or uuid");
          };
      case "integer" -> format.equals("int32") ? FieldType.INT : FieldType.LONG;
      case "number" -> FieldType.DOUBLE;
      case "boolean" -> FieldType.BOOLEAN;
      default -> throw refused(name, "has the type " + type, "use one of JSON Schema's");
    };
  }

  private static void requireKnown(JsonNode schema, String name, Set<String> known) {
    for (Map.Entry<String, JsonNode> said : schema.properties()) {
      if (!known.contains(said.getKey()) && !NOTES.contains(said.getKey())) {
        String where = name.isEmpty() ? "it" : name;
        throw new IllegalArgumentException(
            "schema: "
                + said.getKey()
                + " of "
                + where
                + " would not be checked; leave it out (types and required are)");
      }
    }
  }

  private static IllegalArgumentException refused(String name, String what, String todo) {
    return new IllegalArgumentException("schema: the property " + name + " " + what + "; " + todo);
  }
}
