package dev.sluice.lake.book.said;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.daemon.Nearest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What somebody says of one table and its columns, all of it or nothing:
 *
 * <pre>{"table": {"owner": "ann", "addTags": ["finance"]}, "columns": {"email": {"pii": "email"}}}
 * </pre>
 *
 * Null takes back what was said.
 *
 * @param columns by path
 */
public record Edit(Map<Field, Say> table, Map<String, Map<Field, Say>> columns) {
  private static final String ADD = "addTags";
  private static final String REMOVE = "removeTags";
  private static final int MOST_COLUMNS = 1000;

  public Edit {
    table = Collections.unmodifiableMap(new EnumMap<>(withKey(table)));
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /** An {@link EnumMap} cannot be made from an empty map of another kind. */
  private static EnumMap<Field, Say> withKey(Map<Field, Say> some) {
    EnumMap<Field, Say> copy = new EnumMap<>(Field.class);
    copy.putAll(some);
    return copy;
  }

  public static Edit of(JsonNode body) {
    if (!body.isObject() || body.isEmpty()) {
      throw new RefusedEditException(
          "send {\"table\": {…}, \"columns\": {\"NAME\": {…}}} with at least one field");
    }
    for (String key : names(body)) {
      if (!key.equals("table") && !key.equals("columns")) {
        throw new RefusedEditException(
            "'" + key + "' is not understood" + Nearest.hint(key, List.of("table", "columns")));
      }
    }
    Map<Field, Say> table =
        body.has("table") ? fields(body.path("table"), "table", Field.ofTables()) : Map.of();
    Map<String, Map<Field, Say>> columns = new LinkedHashMap<>();
    JsonNode named = body.path("columns");
    if (body.has("columns") && !named.isObject()) {
      throw new RefusedEditException("columns is an object of columns by name");
    }
    if (named.size() > MOST_COLUMNS) {
      throw new RefusedEditException("more than " + MOST_COLUMNS + " columns in one edit");
    }
    for (String column : names(named)) {
      columns.put(column, fields(named.path(column), "column " + column, Field.ofColumns()));
    }
    if (table.isEmpty() && columns.values().stream().allMatch(Map::isEmpty)) {
      throw new RefusedEditException("the edit says nothing: name a field");
    }
    return new Edit(table, columns);
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Map<Field, Say> fields(JsonNode said, String of, List<Field> known) {
    if (!said.isObject()) {
      throw new RefusedEditException("what is said of " + of + " is an object of fields");
    }
    Map<Field, Say> fields = new EnumMap<>(Field.class);
    Set<String> added = new HashSet<>();
    Set<String> removed = new HashSet<>();
    for (String word : names(said)) {
      JsonNode value = said.path(word);
      if (word.equals(ADD)) {
        added.addAll(tags(value, word));
      } else if (word.equals(REMOVE)) {
        removed.addAll(tags(value, word));
      } else {
        Field field = Field.named(word, known).orElseThrow(() -> unknown(word, of, known));
        fields.put(field, say(field, value));
      }
    }
    if (!added.isEmpty() || !removed.isEmpty()) {
      if (fields.containsKey(Field.TAGS)) {
        throw new RefusedEditException("set tags, or add and remove some, not both at once");
      }
      if (!Collections.disjoint(added, removed)) {
        throw new RefusedEditException("a tag of " + of + " is both added and removed");
      }
      fields.put(Field.TAGS, new Say.Tagged(added, removed));
    }
    return fields;
  }

  private static RefusedEditException unknown(String word, String of, List<Field> known) {
    List<String> words = new ArrayList<>(known.stream().map(Field::word).toList());
    words.add(ADD);
    words.add(REMOVE);
    return new RefusedEditException(
        "'" + word + "' is no field of a " + of.split(" ", 2)[0] + Nearest.hint(word, words));
  }

  private static Say say(Field field, JsonNode value) {
    if (value.isNull()) {
      return new Say.Nothing();
    }
    if (field == Field.TAGS) {
      Set<String> tags = tags(value, field.word());
      Tags.bounded(tags);
      return tags.isEmpty() ? new Say.Nothing() : new Say.That(Tags.join(tags));
    }
    if (!value.isTextual()) {
      throw new RefusedEditException(field.word() + " is a text, or null to take it back");
    }
    String text = value.textValue().strip();
    if (text.isEmpty()) {
      throw new RefusedEditException(
          field.word() + " is empty; send null to take back what was said");
    }
    if (text.length() > field.longest()) {
      throw new RefusedEditException(
          field.word() + " is longer than " + field.longest() + " characters");
    }
    if (text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')) {
      throw new RefusedEditException(field.word() + " holds a control character");
    }
    return new Say.That(checked(field, text));
  }

  private static String checked(Field field, String text) {
    return switch (field) {
      case PII -> Pii.of(text).word();
      case MASK -> Mask.of(text).word();
      case PROMISED_AGE -> {
        if (Age.of(text).isEmpty()) {
          throw new RefusedEditException("'" + text + "' is no age: write it like 15m, 2h or 1d");
        }
        yield text;
      }
      case OWNER, ON_CALL -> {
        if (text.contains("\n")) {
          throw new RefusedEditException(field.word() + " is one line");
        }
        yield text;
      }
      default -> text;
    };
  }

  private static Set<String> tags(JsonNode value, String word) {
    if (!value.isArray()) {
      throw new RefusedEditException(word + " is an array of tags");
    }
    Set<String> tags = new HashSet<>();
    for (JsonNode tag : value) {
      if (!tag.isTextual()) {
        throw new RefusedEditException(word + " is an array of texts");
      }
      tags.add(Tags.checked(tag.textValue().strip()));
    }
    return tags;
  }
}
