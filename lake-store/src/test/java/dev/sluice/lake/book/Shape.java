package dev.sluice.lake.book;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Holds a value to a JSON schema, as far as our document uses them. */
final class Shape {
  private final JsonNode document;
  private final List<String> breaches = new ArrayList<>();

  private Shape(JsonNode document) {
    this.document = document;
  }

  /** Where the value is not what the schema says. */
  static List<String> breaches(JsonNode document, JsonNode schema, JsonNode value) {
    Shape shape = new Shape(document);
    shape.check("$", schema, value);
    return shape.breaches;
  }

  private void check(String path, JsonNode schema, JsonNode value) {
    if (schema.has("$ref")) {
      String pointer = schema.path("$ref").asText().substring(1);
      JsonNode meant = document.at(pointer);
      require(path, !meant.isMissingNode(), "no schema " + pointer);
      check(path, meant, value);
      return;
    }
    if (schema.has("anyOf")) {
      boolean any = false;
      for (JsonNode one : schema.path("anyOf")) {
        any |= breaches(document, one, value).isEmpty();
      }
      require(path, any, "is none of the shapes");
      return;
    }
    if (schema.has("type")) {
      require(
          path, typed(schema.path("type"), value), "is no " + schema.path("type") + ": " + value);
    }
    if (schema.has("enum")) {
      boolean known = false;
      for (JsonNode each : schema.path("enum")) {
        known |= each.equals(value);
      }
      require(path, known, "is none of " + schema.path("enum") + ": " + value);
    }
    for (JsonNode name : schema.path("required")) {
      require(path, value.has(name.asText()), "has no " + name.asText());
    }
    value
        .properties()
        .forEach(
            each -> member(path + "." + each.getKey(), each.getKey(), schema, each.getValue()));
    if (value.isArray() && schema.has("items")) {
      value.forEach(each -> check(path + "[]", schema.path("items"), each));
    }
  }

  private void member(String path, String name, JsonNode schema, JsonNode value) {
    Optional<JsonNode> known = Optional.ofNullable(schema.path("properties").get(name));
    JsonNode others = schema.path("additionalProperties");
    if (known.isPresent()) {
      check(path, known.get(), value);
    } else if (others.isObject()) {
      check(path, others, value);
    } else {
      require(path, !others.isBoolean() || others.asBoolean(), "is not in the document");
    }
  }

  private static boolean typed(JsonNode type, JsonNode value) {
    if (type.isArray()) {
      boolean any = false;
      for (JsonNode one : type) {
        any |= typed(one, value);
      }
      return any;
    }
    return switch (type.asText()) {
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "array" -> value.isArray();
      case "object" -> value.isObject();
      case "null" -> value.isNull();
      default -> false;
    };
  }

  private void require(String path, boolean holds, String breach) {
    if (!holds) {
      breaches.add(path + " " + breach);
    }
  }
}
