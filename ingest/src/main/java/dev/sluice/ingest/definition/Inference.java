package dev.sluice.ingest.definition;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.stream.FieldType;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A definition that samples of events suggest.
 *
 * @param definition as it can be handed in
 * @param reasons a line for each thing that was chosen or left out
 */
public record Inference(ObjectNode definition, List<String> reasons) {
  /** More events than that say nothing new. */
  private static final int MOST_EVENTS = 100_000;

  private static final int MOST_FIELDS = 1_000;
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,127}");
  private static final List<String> TIMES =
      List.of("event_time", "time", "timestamp", "at", "ts", "created_at", "occurred_at");
  private static final List<String> IDS = List.of("event_id", "id", "uuid", "message_id");
  private static final List<String> KEYS =
      List.of(
          "user_id",
          "user",
          "customer_id",
          "device_id",
          "device",
          "sensor_id",
          "visitor",
          "account_id",
          "session_id");
  private static final ObjectMapper JSON = new ObjectMapper();

  public Inference {
    Objects.requireNonNull(definition, "definition");
    reasons = List.copyOf(reasons);
  }

  /** From events in JSON: one, one after the other, or in an array. */
  public static Inference of(InputStream samples) {
    Map<String, FieldSamples> fields = new LinkedHashMap<>();
    int events = 0;
    try (JsonParser parser = JSON.createParser(samples)) {
      for (JsonToken token = parser.nextToken();
          token != null && events < MOST_EVENTS;
          token = parser.nextToken()) {
        if (token == JsonToken.START_ARRAY || token == JsonToken.END_ARRAY) {
          continue;
        }
        events++;
        if (token != JsonToken.START_OBJECT) {
          throw new IllegalArgumentException("event " + events + " is no JSON object");
        }
        note(JSON.readTree(parser), fields, events);
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the samples are no JSON, event " + (events + 1) + ": " + e.getOriginalMessage(), e);
    } catch (CharConversionException e) {
      throw new IllegalArgumentException(
          "the samples are no text, event " + (events + 1) + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (events == 0) {
      throw new IllegalArgumentException("there is no event among the samples");
    }
    return of(new ArrayList<>(fields.values()), events);
  }

  private static void note(JsonNode event, Map<String, FieldSamples> fields, int number) {
    for (Map.Entry<String, JsonNode> field : event.properties()) {
      if (fields.size() < MOST_FIELDS || fields.containsKey(field.getKey())) {
        fields.computeIfAbsent(field.getKey(), FieldSamples::new).note(field.getValue(), number);
      }
    }
  }

  private static Inference of(List<FieldSamples> seen, int events) {
    List<String> reasons = new ArrayList<>();
    reasons.add(events + " events, " + seen.size() + " fields");
    List<FieldSamples> kept = new ArrayList<>();
    for (FieldSamples field : seen) {
      if (!NAME.matcher(field.name()).matches()) {
        reasons.add(field.name() + ": left out, for it is no name of a column; see _extra");
      } else if (field.type().isEmpty()) {
        reasons.add(field.name() + ": left out (" + field.misfit() + "); see _extra");
      } else {
        kept.add(field);
        if (field.timely()) {
          reasons.add(field.name() + ": a timestamp, for its numbers are epoch milliseconds");
        }
      }
    }
    if (kept.isEmpty()) {
      throw new IllegalArgumentException("no field of the samples can be a column");
    }
    ObjectNode definition = JsonNodeFactory.instance.objectNode();
    Optional<FieldSamples> time = time(kept, events, reasons);
    Optional<FieldSamples> id = id(kept, events, reasons);
    Optional<FieldSamples> key = key(kept, id, events, reasons);
    key.ifPresent(field -> definition.put("key", field.name()));
    time.ifPresent(field -> definition.put("time", field.name()));
    id.ifPresent(field -> definition.put("id", field.name()));
    ArrayNode fields = definition.putArray("fields");
    for (FieldSamples field : kept) {
      ObjectNode one = fields.addObject().put("name", field.name());
      one.put("type", field.type().orElseThrow().wireName());
      if (field.always(events)) {
        one.put("required", true);
      }
    }
    return new Inference(definition, reasons);
  }

  private static Optional<FieldSamples> time(
      List<FieldSamples> fields, int events, List<String> reasons) {
    Optional<FieldSamples> found =
        preferred(
            fields,
            TIMES,
            f -> f.type().equals(Optional.of(FieldType.TIMESTAMP)) && f.always(events));
    reasons.add(
        found
            .map(f -> "time " + f.name() + ": a timestamp that every event has")
            .orElse("no time: no timestamp is in every event"));
    return found;
  }

  private static Optional<FieldSamples> id(
      List<FieldSamples> fields, int events, List<String> reasons) {
    Optional<FieldSamples> found =
        preferred(
            fields,
            IDS,
            f ->
                comparable(f)
                    && f.always(events)
                    && f.allDistinct(events)
                    && events > 1
                    && (f.name().toLowerCase(java.util.Locale.ROOT).endsWith("id")
                        || f.type().equals(Optional.of(FieldType.UUID))));
    reasons.add(
        found
            .map(f -> "id " + f.name() + ": every event has another one")
            .orElse("no id: no field is there in every event and never twice"));
    return found;
  }

  private static Optional<FieldSamples> key(
      List<FieldSamples> fields, Optional<FieldSamples> id, int events, List<String> reasons) {
    Predicate<FieldSamples> sharing =
        f ->
            Set.of(FieldType.STRING, FieldType.LONG).contains(f.type().orElseThrow())
                && f.always(events)
                && !id.equals(Optional.of(f))
                && (KEYS.contains(f.name()) || f.name().endsWith("_id"));
    Optional<FieldSamples> found = preferred(fields, KEYS, sharing);
    reasons.add(
        found
            .map(
                f ->
                    "key "
                        + f.name()
                        + ": "
                        + f.distinctValues()
                        + " values in "
                        + events
                        + " events; events of one value stay in their order")
            .orElse("no key: events are spread over the shards, in no order"));
    return found;
  }

  private static boolean comparable(FieldSamples field) {
    return Set.of(FieldType.STRING, FieldType.LONG, FieldType.UUID)
        .contains(field.type().orElseThrow());
  }

  /** The first of the names that fits, else the first that fits at all. */
  private static Optional<FieldSamples> preferred(
      List<FieldSamples> fields, List<String> names, Predicate<FieldSamples> fits) {
    for (String name : names) {
      for (FieldSamples field : fields) {
        if (field.name().equals(name) && fits.test(field)) {
          return Optional.of(field);
        }
      }
    }
    return fields.stream().filter(fits).findFirst();
  }
}
