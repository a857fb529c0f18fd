package dev.sluice.ingest.stream;

/**
 * Whether bytes are an event cannot be said now, for the schema they were written with cannot be
 * had just now. It is no refusal: ask again later, with the same bytes.
 */
public final class SchemaUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SchemaUnavailableException(String why) {
    super(why);
  }
}
