package dev.sluice.ingest.subject;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** What a subject's new schema owes to those before it, in the registry's own words. */
enum Level {
  NONE,
  BACKWARD,
  BACKWARD_TRANSITIVE,
  FORWARD,
  FORWARD_TRANSITIVE,
  FULL,
  FULL_TRANSITIVE;

  static Optional<Level> of(String text) {
    for (Level level : values()) {
      if (level.name().equals(text)) {
        return Optional.of(level);
      }
    }
    return Optional.empty();
  }

  /** What the schema breaks; {@code before} is in the order of the versions. */
  List<String> objections(Schema schema, List<Schema> before) {
    List<String> objections = new ArrayList<>();
    int from = name().endsWith("TRANSITIVE") ? 0 : Math.max(0, before.size() - 1);
    for (int i = from; i < before.size() && this != NONE; i++) {
      String version = " (version " + (i + 1) + ")";
      if (!name().startsWith("FORWARD")) {
        objections.addAll(
            unread(schema, before.get(i), "the new schema cannot read old data: ", version));
      }
      if (!name().startsWith("BACKWARD")) {
        objections.addAll(
            unread(before.get(i), schema, "the old schema cannot read new data: ", version));
      }
    }
    return objections;
  }

  private static List<String> unread(Schema reader, Schema writer, String what, String version) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities()
        .stream()
        .map(
            each ->
                what
                    + each.getType()
                    + " at "
                    + each.getLocation()
                    + ": "
                    + each.getMessage()
                    + version)
        .toList();
  }
}
