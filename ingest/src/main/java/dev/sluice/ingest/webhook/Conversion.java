package dev.sluice.ingest.webhook;

import dev.sluice.ingest.stream.FieldType;

/** How a sent value is read. */
public enum Conversion {
  /** As it is: text, or a number's text. */
  TEXT,
  /** A decimal number, also as text. */
  NUMBER,
  /** A whole number, also as text. */
  WHOLE,
  /** True or false: also 1 and 0, yes and no. */
  TRUTH,
  /** ISO-8601, or a date and a time beside each other, with an offset or in the zone given. */
  TIME,
  /** Seconds since 1970, with a fraction or without. */
  EPOCH_SECONDS,
  EPOCH_MILLIS,
  /** What all places together hold, as SHA-256: an id for what has none. */
  DIGEST;

  /** Whether it gives what a field of the type takes. */
  boolean makes(FieldType type) {
    return switch (type) {
      case STRING -> this == TEXT || this == DIGEST;
      case UUID -> this == TEXT;
      case DOUBLE -> this == NUMBER;
      case LONG, INT -> this == WHOLE;
      case BOOLEAN -> this == TRUTH;
      case TIMESTAMP -> this == TIME || this == EPOCH_SECONDS || this == EPOCH_MILLIS;
    };
  }

  /** The way a field of the type is filled unless told otherwise. */
  static Conversion of(FieldType type) {
    for (Conversion conversion : values()) {
      if (conversion.makes(type)) {
        return conversion;
      }
    }
    throw new IllegalStateException("nothing makes a " + type);
  }
}
