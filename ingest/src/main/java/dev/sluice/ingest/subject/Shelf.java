package dev.sluice.ingest.subject;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.journal.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * All schemas, subjects and levels that the journal has. Of two entries that give one id to two
 * schemas, or one version to two ids, the first in the journal holds. Safe for many threads.
 */
final class Shelf {
  static final String VERSION = "subject";
  static final String LEVEL = "compatibility";

  /** The name under which the journal has the level of all subjects. */
  static final String EVERY = "*";

  private final Map<Integer, Schema> schemas = new TreeMap<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<Long, Schema> fingerprints = new HashMap<>();
  private final Map<String, List<Integer>> subjects = new TreeMap<>();
  private final Map<String, Level> levels = new HashMap<>();

  /** A version of a subject, as it would be written. */
  static Entry version(String subject, int version, int id, Schema schema, String mark) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("version", version).put("id", id).put("schema", schema.toString());
    return new Entry(VERSION, subject, mark, body);
  }

  static Entry level(String subject, Level level) {
    return new Entry(
        LEVEL, subject, "", JsonNodeFactory.instance.objectNode().put("level", level.name()));
  }

  synchronized void read(Entry entry) {
    if (entry.kind().equals(VERSION)) {
      readVersion(entry);
    } else if (entry.kind().equals(LEVEL)) {
      String level = entry.body().path("level").asText();
      levels.put(
          entry.name(),
          Level.of(level).orElseThrow(() -> new IllegalArgumentException("the level " + level)));
    }
  }

  private void readVersion(Entry entry) {
    int id = entry.body().path("id").asInt();
    Schema schema = parse(entry.body().path("schema").asText());
    String text = schema.toString();
    List<Integer> versions = subjects.getOrDefault(entry.name(), List.of());
    boolean fits =
        entry.body().path("version").asInt() == versions.size() + 1
            && (schemas.containsKey(id)
                ? id == ids.getOrDefault(text, -1)
                : !ids.containsKey(text));
    if (fits) {
      schemas.put(id, schema);
      ids.put(text, id);
      fingerprints.putIfAbsent(SchemaNormalization.parsingFingerprint64(schema), schema);
      subjects.computeIfAbsent(entry.name(), name -> new ArrayList<>()).add(id);
    }
  }

  /** A schema whose names and defaults are in order. */
  static Schema parse(String json) {
    try {
      return new Schema.Parser().parse(json);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  synchronized Optional<Schema> schema(int id) {
    return Optional.ofNullable(schemas.get(id));
  }

  synchronized Optional<Schema> fingerprint(long fingerprint) {
    return Optional.ofNullable(fingerprints.get(fingerprint));
  }

  synchronized Optional<Integer> id(Schema schema) {
    return Optional.ofNullable(ids.get(schema.toString()));
  }

  /** The greatest id that was given; 0 before any was. */
  synchronized int lastId() {
    return schemas.keySet().stream().mapToInt(id -> id).max().orElse(0);
  }

  synchronized int count() {
    return schemas.size();
  }

  synchronized List<String> subjects() {
    return List.copyOf(subjects.keySet());
  }

  /** The ids of a subject's versions, the first version's first; none of one there is not. */
  synchronized List<Integer> versions(String subject) {
    return List.copyOf(subjects.getOrDefault(subject, List.of()));
  }

  synchronized Optional<Level> level(String subject) {
    return Optional.ofNullable(levels.get(subject));
  }

  /** What holds for a subject, said of it, of all, or of nobody. */
  Level effective(String subject) {
    return level(subject).or(() -> level(EVERY)).orElse(Level.BACKWARD);
  }
}
