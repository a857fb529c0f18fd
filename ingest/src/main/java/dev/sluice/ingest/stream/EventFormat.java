package dev.sluice.ingest.stream;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** How a record of the log holds an event of the stream. */
public sealed interface EventFormat {

  /** One JSON object, in UTF-8. */
  record Json() implements EventFormat {}

  /**
   * One Avro record in binary, behind a header that names the schema it was written with.
   *
   * @param schemas writers' schemas that are known without asking anybody
   */
  record Avro(List<WriterSchema> schemas) implements EventFormat {
    public Avro {
      schemas = List.copyOf(schemas);
    }
  }

  /**
   * A schema that events were written with.
   *
   * @param id its id in the producers' registry; without one only its fingerprint names it
   * @param json the schema as Avro writes schemas
   */
  record WriterSchema(Optional<Integer> id, String json) {
    public WriterSchema {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(json, "json");
    }
  }

  /** The name as settings and answers write it. */
  default String wireName() {
    return this instanceof Avro ? "avro" : "json";
  }
}
