package dev.sluice.ingest.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a call's query and body hold. */
sealed interface Contents {

  /**
   * The body's objects: one, those of its array, or an empty one where there are only parameters.
   */
  record Read(
      Map<String, List<String>> query, Map<String, List<String>> form, List<ObjectNode> objects)
      implements Contents {
    public Read {
      query = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(query));
      form = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(form));
      objects = List.copyOf(objects);
    }
  }

  record Unreadable(int status, String why) implements Contents {}

  /** Numbers stay as they were written. */
  JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  static Contents of(String queryText, String type, Buffer body) {
    Map<String, List<String>> query;
    Map<String, List<String>> form = Map.of();
    List<ObjectNode> objects = new ArrayList<>();
    String media = type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
    try {
      query = Parameters.read(queryText);
      if (media.equals("application/x-www-form-urlencoded")) {
        form = Parameters.read(body.toString());
      }
    } catch (IllegalArgumentException e) {
      return new Unreadable(400, "a parameter is malformed");
    }
    if (body.length() > 0 && form.isEmpty()) {
      if (!media.isEmpty() && !media.equals("application/json") && !media.endsWith("+json")) {
        return new Unreadable(415, "the body must be JSON or a form");
      }
      try {
        JsonNode read = JSON.readTree(body.getBytes());
        if (!read.isArray()) {
          read = JsonNodeFactory.instance.arrayNode().add(read);
        }
        for (JsonNode item : read) {
          if (!(item instanceof ObjectNode object)) {
            return new Unreadable(400, "the body is no JSON object");
          }
          objects.add(object);
        }
      } catch (JsonProcessingException e) {
        return new Unreadable(400, "the body is not JSON: " + line(e));
      } catch (IOException e) {
        return new Unreadable(400, "the body is not UTF-8");
      }
      if (objects.isEmpty()) {
        return new Unreadable(400, "the body has no events");
      }
    }
    if (objects.isEmpty()) {
      objects.add(JsonNodeFactory.instance.objectNode());
    }
    return new Read(query, form, objects);
  }

  private static String line(JsonProcessingException e) {
    String first = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
    return first.length() <= 120 ? first : first.substring(0, 120) + "…";
  }
}
