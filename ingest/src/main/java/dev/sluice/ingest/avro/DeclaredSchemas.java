package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/** The schemas a stream declares; others are asked of the source behind. */
final class DeclaredSchemas implements SchemaSource {

  private final Map<SchemaName, Schema> known;
  private final SchemaSource behind;

  private DeclaredSchemas(Map<SchemaName, Schema> known, SchemaSource behind) {
    this.known = known;
    this.behind = behind;
  }

  /** Parses the stream's schemas; one that is none, or an id given twice, is refused. */
  static DeclaredSchemas of(Stream stream, EventFormat.Avro format, SchemaSource behind) {
    Map<SchemaName, Schema> known = new HashMap<>();
    int number = 0;
    for (EventFormat.WriterSchema declared : format.schemas()) {
      number++;
      String where = "stream " + stream.name() + ": schema " + number;
      Schema schema = parse(where, declared.json());
      if (schema.getType() != Schema.Type.RECORD) {
        throw new IllegalArgumentException(
            where + " is " + Plan.described(schema) + "; an event is a record");
      }
      known.put(SchemaName.fingerprint(SchemaNormalization.parsingFingerprint64(schema)), schema);
      Optional<SchemaName> id = declared.id().map(SchemaName::id);
      if (id.isPresent() && known.put(id.get(), schema) != null) {
        throw new IllegalArgumentException(where + ": " + id.get() + " is given twice");
      }
    }
    return new DeclaredSchemas(known, behind);
  }

  private static Schema parse(String where, String json) {
    try {
      return new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false).parse(json);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(where + " is no Avro schema: " + e.getMessage(), e);
    }
  }

  @Override
  public SchemaAnswer find(SchemaName name) {
    Schema schema = known.get(name);
    return schema == null ? behind.find(name) : new SchemaAnswer.Found(schema);
  }
}
