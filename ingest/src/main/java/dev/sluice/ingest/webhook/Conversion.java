package dev.sluice.ingest.webhook;

import dev.sluice.ingest.stream.FieldType;
import java.util.EnumSet;
import java.util.Set;

/** How a sent value is read. */
public enum Conversion {
  /** As it is: text, or a number's text. */
  TEXT(FieldType.STRING, FieldType.UUID),
  /** A decimal number, also as text. */
  NUMBER(FieldType.DOUBLE),
  /** A whole number, also as text. */
  WHOLE(FieldType.LONG, FieldType.INT),
  /** True or false: also 1 and 0, yes and no. */
  TRUTH(FieldType.BOOLEAN),
  /** ISO-8601, or a date and a time beside each other, with an offset or in the zone given. */
  TIME(FieldType.TIMESTAMP),
  /** Seconds since 1970, with a fraction or without. */
  EPOCH_SECONDS(FieldType.TIMESTAMP),
  EPOCH_MILLIS(FieldType.TIMESTAMP),
  /** What all places together hold, as SHA-256: an id for what has none. */
  DIGEST(FieldType.STRING);

  private final Set<FieldType> types;

  Conversion(FieldType first, FieldType... more) {
    this.types = EnumSet.of(first, more);
  }

  boolean makes(FieldType type) {
    return types.contains(type);
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
