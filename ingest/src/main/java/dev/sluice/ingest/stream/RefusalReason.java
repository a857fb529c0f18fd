package dev.sluice.ingest.stream;

import java.util.Locale;

/** Why the bytes of one event are not an event of the stream. */
public enum RefusalReason {
  MALFORMED_JSON,
  MALFORMED_AVRO,
  /** Nobody knows the schema that the event says it was written with. */
  UNKNOWN_SCHEMA,
  /** An undeclared field, where the schema that the event is to be written with has no room. */
  UNKNOWN_FIELD,
  NOT_AN_OBJECT,
  MISSING_FIELD,
  WRONG_TYPE,
  OUT_OF_RANGE,
  DUPLICATE_KEY,
  TOO_DEEP,
  TOO_LARGE,
  INVALID_UTF8;

  /** The name as answers and metrics write it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
