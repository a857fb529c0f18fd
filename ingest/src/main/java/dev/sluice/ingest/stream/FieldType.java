package dev.sluice.ingest.stream;

import java.util.Locale;

/** What a field's value may be; the Java type of a decoded value is named with each. */
public enum FieldType {
  /** {@link String}, well-formed Unicode. */
  STRING,
  /** {@link Long}, written in JSON as a whole number without fraction or exponent. */
  LONG,
  /** {@link Long}, within 32 bits. */
  INT,
  /** {@link Double}, finite. */
  DOUBLE,
  /** {@link Boolean}. */
  BOOLEAN,
  /**
   * {@link java.time.Instant} to the microsecond, sent as ISO-8601 with an offset or as epoch
   * milliseconds.
   */
  TIMESTAMP,
  /** {@link java.util.UUID}, sent as text of 36 characters; 16 bytes in the table. */
  UUID;

  /** The name as settings and answers write it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static FieldType parse(String text) {
    for (FieldType type : values()) {
      if (type.name().equalsIgnoreCase(text)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "unknown field type \""
            + text
            + "\": use string, long, int, double, boolean, timestamp or uuid");
  }
}
