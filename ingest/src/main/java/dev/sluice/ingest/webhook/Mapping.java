package dev.sluice.ingest.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.webhook.Source.Sent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How the calls of one webhook become events of its stream. Pure. What no rule spends goes along
 * under its own name, as does a value its rule cannot read: an event loses nothing.
 */
final class Mapping {
  /** In front of a name that a field of the stream has too. */
  private static final String SENT = "sent_";

  private final Stream stream;
  private final List<FieldRule> rules;
  private final Set<String> absent;

  private Mapping(Stream stream, List<FieldRule> rules, Set<String> absent) {
    this.stream = stream;
    this.rules = List.copyOf(rules);
    this.absent = Set.copyOf(absent);
  }

  static Mapping of(MappingSettings said, Stream stream, Verification verification) {
    List<FieldRule> rules = new ArrayList<>();
    for (Map.Entry<String, ValueSettings> entry : new TreeMap<>(said.fields()).entrySet()) {
      Field field =
          stream
              .field(entry.getKey())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          entry.getKey() + " is no field of the stream " + stream.name()));
      try {
        FieldRule rule = FieldRule.of(field, entry.getValue());
        requireBelieved(rule, verification);
        rules.add(rule);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("field " + field.name() + ": " + e.getMessage(), e);
      }
    }
    for (Field field : stream.fields()) {
      if (field.required() && !said.fields().containsKey(field.name())) {
        throw new IllegalArgumentException(
            "the stream " + stream.name() + " requires " + field.name() + ": map it");
      }
    }
    return new Mapping(stream, rules, Set.copyOf(said.absent()));
  }

  private static void requireBelieved(FieldRule rule, Verification verification) {
    for (Source source : rule.sources()) {
      if (verification.onlyBody()
          && (source instanceof Source.Query || source instanceof Source.Header)) {
        throw new IllegalArgumentException(
            "the signature covers the body only: take no value from a query or a header");
      }
    }
  }

  Stream stream() {
    return stream;
  }

  /** The event of a call whose body holds the object, which may be empty. */
  ObjectNode event(Call call, ObjectNode object) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    Set<Sent> spent = new HashSet<>();
    for (FieldRule rule : rules) {
      if (rule.conversion() == Conversion.DIGEST) {
        event.set(
            rule.field().name(),
            FieldRule.digest(
                rule.sources().stream().map(source -> find(source, call, object)).toList()));
      } else {
        fill(event, rule, call, object, spent);
      }
    }
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      keep(event, new Sent(Sent.Place.BODY, entry.getKey()), entry.getValue(), spent);
    }
    keepAll(event, Sent.Place.FORM, call.form(), spent);
    keepAll(event, Sent.Place.QUERY, call.query(), spent);
    return event;
  }

  private void fill(
      ObjectNode event, FieldRule rule, Call call, ObjectNode object, Set<Sent> spent) {
    for (Source source : rule.sources()) {
      Optional<JsonNode> value = find(source, call, object).flatMap(rule::read);
      if (value.isPresent()) {
        event.set(rule.field().name(), value.get());
        source.spends(call, object).ifPresent(spent::add);
        return;
      }
    }
  }

  private Optional<JsonNode> find(Source source, Call call, ObjectNode object) {
    return source.in(call, object).filter(value -> !nothing(value));
  }

  private boolean nothing(JsonNode value) {
    return value.isNull() || (value.isTextual() && absent.contains(value.textValue()));
  }

  private void keepAll(
      ObjectNode event, Sent.Place place, Map<String, List<String>> all, Set<Sent> spent) {
    for (Map.Entry<String, List<String>> entry : all.entrySet()) {
      keep(event, new Sent(place, entry.getKey()), Call.node(entry.getValue()), spent);
    }
  }

  private void keep(ObjectNode event, Sent sent, JsonNode value, Set<Sent> spent) {
    if (spent.contains(sent) || nothing(value)) {
      return;
    }
    String free = sent.name();
    while (event.has(free) || stream.field(free).isPresent()) {
      free = SENT + free;
    }
    event.set(free, value);
  }
}
