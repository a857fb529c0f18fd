package dev.sluice.lake.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.daemon.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads an answer in JSON row by row, so that its size does not matter. */
final class AnswerReader {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /** A column's name, and its type in DuckDB's words. */
  record Column(String name, String type) {}

  /** Takes an answer apart. */
  interface Rows {
    void columns(List<Column> columns);

    void row(JsonNode row);
  }

  private AnswerReader() {}

  /** Reads all of it; what is told after the rows. */
  static JsonNode read(InputStream in, Rows rows) throws IOException {
    ObjectNode rest = JSON.createObjectNode();
    try (JsonParser json = JSON.createParser(in)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("columns")) {
          rows.columns(columns(json.readValueAsTree()));
        } else if (name.equals("rows")) {
          while (json.nextToken() == JsonToken.START_ARRAY) {
            rows.row(json.readValueAsTree());
          }
        } else {
          rest.set(name, json.readValueAsTree());
          if (name.equals("error")) {
            throw CommandFailure.failed(rest.path("error").path("message").asText());
          }
        }
      }
    }
    return rest;
  }

  static List<Column> columns(JsonNode described) {
    List<Column> columns = new ArrayList<>();
    described.forEach(
        column ->
            columns.add(new Column(column.path("name").asText(), column.path("type").asText())));
    return columns;
  }
}
