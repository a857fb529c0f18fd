package dev.sluice.lake.lineage.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A place in the event's JSON that knows its path, so that a refusal can name it. */
record Told(JsonNode json, String path) {
  private static final int LONGEST_TEXT = 1 << 20;

  /** Whether something is there; {@code null} is nothing. */
  boolean present() {
    return !json.isMissingNode() && !json.isNull();
  }

  Told at(String field) {
    return new Told(json.path(field), path.isEmpty() ? field : path + "." + field);
  }

  /** An object that has to be there. */
  Told object(String field) {
    Told found = at(field);
    if (!found.present()) {
      throw new MalformedEventException(found.path + " is missing");
    }
    return found.requireObject();
  }

  /** An object, or an empty one. */
  Told optionalObject(String field) {
    Told found = at(field);
    return found.present() ? found.requireObject() : found;
  }

  Told requireObject() {
    if (!json.isObject()) {
      throw new MalformedEventException((path.isEmpty() ? "the event" : path) + " is no object");
    }
    return this;
  }

  /** The elements of an array; none where there is no array. */
  List<Told> elements(String field, int most) {
    Told found = at(field);
    if (!found.present()) {
      return List.of();
    }
    if (!found.json.isArray()) {
      throw new MalformedEventException(found.path + " is no array");
    }
    if (found.json.size() > most) {
      throw new MalformedEventException(
          found.path + " has " + found.json.size() + " elements; " + most + " are taken");
    }
    List<Told> elements = new ArrayList<>();
    for (JsonNode element : found.json) {
      elements.add(new Told(element, found.path + "[" + elements.size() + "]").requireObject());
    }
    return elements;
  }

  /** The fields of an object by name; none where there is no object. */
  Map<String, Told> fields(String field) {
    Told found = optionalObject(field);
    Map<String, Told> fields = new LinkedHashMap<>();
    found.json.properties().forEach(each -> fields.put(each.getKey(), found.at(each.getKey())));
    return fields;
  }

  /** A name that has to be there, of at most so many bytes. */
  String name(String field, int longest) {
    Told found = at(field);
    if (!found.present()) {
      throw new MalformedEventException(found.path + " is missing");
    }
    if (!found.json.isTextual() || found.json.textValue().isBlank()) {
      throw new MalformedEventException(found.path + " is no text");
    }
    return checkedName(found.json.textValue(), found.path, longest);
  }

  static String checkedName(String name, String path, int longest) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length > longest) {
      throw new MalformedEventException(
          path + " is " + length + " bytes long; " + longest + " are taken");
    }
    boolean broken =
        name.codePoints()
            .anyMatch(
                c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    if (broken) {
      throw new MalformedEventException(path + " holds a control character or half of one");
    }
    return name;
  }

  /** A text that may be left out, cut where it is endless. */
  String text(String field) {
    Told found = at(field);
    if (!found.present()) {
      return "";
    }
    if (!found.json.isTextual()) {
      throw new MalformedEventException(found.path + " is no text");
    }
    String text = found.json.textValue().replace("\0", "");
    return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
  }

  /** A whole number that may be left out. */
  Optional<Long> number(String field) {
    Told found = at(field);
    if (!found.present()) {
      return Optional.empty();
    }
    if (!found.json.isIntegralNumber() || !found.json.canConvertToLong()) {
      throw new MalformedEventException(found.path + " is no whole number");
    }
    return Optional.of(found.json.longValue());
  }

  Instant time(String field) {
    String text = name(field, 64);
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException notATime) {
      throw new MalformedEventException(
          at(field).path + " is no time like 2026-01-31T12:00:00.000Z: " + text);
    }
  }
}
