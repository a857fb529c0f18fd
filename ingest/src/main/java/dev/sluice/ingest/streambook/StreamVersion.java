package dev.sluice.ingest.streambook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ingest.definition.Compatibility;
import dev.sluice.ingest.definition.Definition;
import dev.sluice.ingest.journal.Entry;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.StreamText;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One version of a stream.
 *
 * @param mark who wrote it knows it again
 * @param at when it was declared
 * @param schema what events in Avro are written with
 * @param deleted whether it says that there is no such stream any more; it is then as it was
 */
record StreamVersion(
    String mark,
    Instant at,
    Stream stream,
    Compatibility compatibility,
    Optional<EventFormat.WriterSchema> schema,
    boolean deleted) {

  /** The kind of the journal's entries that are versions. */
  static final String KIND = "stream";

  StreamVersion {
    Objects.requireNonNull(mark, "mark");
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(compatibility, "compatibility");
    Objects.requireNonNull(schema, "schema");
  }

  String name() {
    return stream.name();
  }

  int number() {
    return stream.version();
  }

  /** The version after this one that says it is gone. */
  StreamVersion deleted(String newMark, Instant when) {
    return new StreamVersion(
        newMark, when, stream.declared(number() + 1), compatibility, schema, true);
  }

  Entry entry() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("version", number()).put("at", at.toString()).put("deleted", deleted);
    body.set("definition", definition());
    schema.ifPresent(
        written -> {
          body.put("schema", written.json());
          written.id().ifPresent(id -> body.put("schemaId", id));
        });
    return new Entry(KIND, name(), mark, body);
  }

  /** As it can be handed in again. */
  ObjectNode definition() {
    return StreamText.of(stream).put("compatibility", compatibility.wireName());
  }

  static StreamVersion of(Entry entry) {
    ObjectNode body = entry.body();
    if (!(body.path("definition") instanceof ObjectNode said)) {
      throw new IllegalArgumentException("a version of " + entry.name() + " without a definition");
    }
    Definition definition = Definition.kept(said, Optional.empty());
    Optional<EventFormat.WriterSchema> schema =
        Optional.ofNullable(body.path("schema").textValue())
            .map(
                json ->
                    new EventFormat.WriterSchema(
                        body.has("schemaId")
                            ? Optional.of(body.get("schemaId").intValue())
                            : Optional.empty(),
                        json));
    Stream stream = definition.stream(entry.name()).declared(body.path("version").asInt());
    return new StreamVersion(
        entry.mark(),
        Instant.parse(body.path("at").asText()),
        schema.isPresent() ? stream.written(new EventFormat.Avro(List.of(schema.get()))) : stream,
        definition.compatibility(),
        schema,
        body.path("deleted").asBoolean(false));
  }
}
