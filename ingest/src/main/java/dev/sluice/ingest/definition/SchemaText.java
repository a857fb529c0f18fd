package dev.sluice.ingest.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A schema as it stands in a definition: written out, or as text. */
final class SchemaText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SchemaText() {}

  static JsonNode parse(JsonNode said) {
    JsonNode node = said;
    if (said.isTextual()) {
      try {
        node = JSON.readTree(said.textValue());
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("schema: no JSON: " + e.getOriginalMessage(), e);
      }
    }
    if (!node.isObject()) {
      throw new IllegalArgumentException(
          "schema: give an Avro record or a JSON Schema of type object");
    }
    return node;
  }

  static boolean isAvro(JsonNode schema) {
    return schema.path("type").asText().equals("record");
  }
}
