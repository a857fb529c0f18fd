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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a call's body holds. */
sealed interface Contents {

  /**
   * A form, or the body's objects: one, those of its array, or an empty one where there are only
   * parameters.
   */
  record Read(Map<String, List<String>> form, List<ObjectNode> objects) implements Contents {
    public Read {
      form = Collections.unmodifiableMap(new LinkedHashMap<>(form));
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

  static Contents of(String type, Buffer body, int most) {
    String media = type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
    List<ObjectNode> nothing = List.of(JsonNodeFactory.instance.objectNode());
    if (body.length() == 0) {
      return new Read(Map.of(), nothing);
    }
    if (media.equals("application/x-www-form-urlencoded")) {
      return Parameters.read(body.toString())
          .<Contents>map(form -> new Read(form, nothing))
          .orElseGet(() -> new Unreadable(400, "a parameter is malformed"));
    }
    if (!media.isEmpty() && !media.equals("application/json") && !media.endsWith("+json")) {
      return new Unreadable(415, "the body must be JSON or a form");
    }
    return objects(body, most);
  }

  private static Contents objects(Buffer body, int most) {
    try {
      JsonNode read = JSON.readTree(body.getBytes());
      if (!read.isArray()) {
        read = JsonNodeFactory.instance.arrayNode().add(read);
      }
      if (read.size() > most) {
        return new Unreadable(413, "the body has more than " + most + " events (max-events)");
      }
      List<ObjectNode> objects = new ArrayList<>();
      for (JsonNode item : read) {
        if (!(item instanceof ObjectNode object)) {
          return new Unreadable(400, "the body is no JSON object");
        }
        objects.add(object);
      }
      return objects.isEmpty()
          ? new Unreadable(400, "the body has no events")
          : new Read(Map.of(), objects);
    } catch (JsonProcessingException e) {
      return new Unreadable(400, "the body is not JSON: " + line(e));
    } catch (NumberFormatException e) {
      // An exponent of a dozen digits is JSON, but no number here.
      return new Unreadable(400, "the body has a number beyond all bounds");
    } catch (IOException e) {
      return new Unreadable(400, "the body is not UTF-8");
    }
  }

  private static String line(JsonProcessingException e) {
    String first = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
    return first.length() <= 120 ? first : first.substring(0, 120) + "…";
  }
}
