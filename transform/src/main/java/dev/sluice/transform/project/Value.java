package dev.sluice.transform.project;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands in a front matter, as it was written: {@code no} is a word here and {@code 12:30} is
 * no number, whatever YAML makes of them.
 */
sealed interface Value {
  Place place();

  record Text(String text, Place place) implements Value {}

  record Items(List<Value> values, Place place) implements Value {
    public Items {
      values = List.copyOf(values);
    }
  }

  /** Keys in the order they are written, each once. */
  record Keyed(Map<String, Value> values, Place place) implements Value {
    public Keyed {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    Keyed refuseOthers(Collection<String> known) {
      for (Map.Entry<String, Value> entry : values.entrySet()) {
        if (!known.contains(entry.getKey())) {
          throw entry.getValue().place().refuseUnknown("key", entry.getKey(), known);
        }
      }
      return this;
    }

    Optional<Value> value(String key) {
      return Optional.ofNullable(values.get(key));
    }

    Place place(String key) {
      return value(key).map(Value::place).orElse(place);
    }

    Optional<String> text(String key) {
      return value(key).map(value -> value.asText(key));
    }

    String neededText(String key) {
      return text(key).orElseThrow(() -> place.refuse("'" + key + "' is missing"));
    }

    /** The words of a list; one word is a list of one. */
    List<String> texts(String key) {
      List<String> texts = new ArrayList<>();
      for (Value item : items(key)) {
        texts.add(item.asText(key));
      }
      return texts;
    }

    /** The values of a list; what is no list is a list of one. */
    List<Value> items(String key) {
      Value value = values.get(key);
      if (value == null) {
        return List.of();
      }
      return value instanceof Items items ? items.values() : List.of(value);
    }
  }

  /** The word that this is, or one line that says what {@code key} must be. */
  default String asText(String key) {
    if (this instanceof Text text && !text.text().isBlank()) {
      return text.text().strip();
    }
    throw place().refuse("'" + key + "' must be a word or a text");
  }
}
