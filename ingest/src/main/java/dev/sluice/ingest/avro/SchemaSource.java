package dev.sluice.ingest.avro;

/**
 * Gives writers' schemas by their names. Safe for use by many threads; an answer takes a bounded
 * time, for whoever waits for it reads nothing meanwhile.
 */
public interface SchemaSource {

  SchemaAnswer find(SchemaName name);

  /** Knows none. */
  static SchemaSource none() {
    return name ->
        new SchemaAnswer.Unknown(
            name.kind() == SchemaName.Kind.ID
                ? "the stream declares no schema of " + name + ", and registry.url is not set"
                : "the stream declares no schema of " + name);
  }
}
