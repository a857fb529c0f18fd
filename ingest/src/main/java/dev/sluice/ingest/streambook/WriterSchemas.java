package dev.sluice.ingest.streambook;

import dev.sluice.ingest.definition.Compatibility;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import java.util.Optional;

/** Who gives the schemas of Avro streams their ids. */
public interface WriterSchemas {

  /**
   * The schema that events of the stream are written with: the given one, or one that its fields
   * make.
   */
  String schema(Stream stream, Optional<String> given);

  /** Why the schema cannot follow those that the stream's topic has, if it cannot. */
  Optional<String> objection(Stream stream, String schema, Compatibility mode);

  /** The schema under its id, kept for good; the same schema has the same id. */
  EventFormat.WriterSchema keep(Stream stream, String schema);
}
