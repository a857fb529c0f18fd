package dev.sluice.ingest.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * Something that was decided.
 *
 * @param kind what it is about: who follows reads the kinds it knows
 * @param name of what, within the kind
 * @param mark tells it from all other entries, so that it is kept for good and its writer knows it
 *     again; empty where the next entry of the kind and the name takes its place
 * @param body what was decided; nobody may change it
 */
public record Entry(String kind, String name, String mark, ObjectNode body) {
  public Entry {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(mark, "mark");
    Objects.requireNonNull(body, "body");
  }

  /** Entries of one key take each other's place when the topic is compacted. */
  String key() {
    return mark.isEmpty() ? kind + "/" + name : kind + "/" + name + "/" + mark;
  }
}
