package dev.sluice.ingest.avro;

import java.util.Locale;
import java.util.Objects;

/** What an event says of the schema it was written with. */
public record SchemaName(Kind kind, long value) {

  /** Who gave the schema its name. */
  public enum Kind {
    /** A schema registry counted: Confluent's wire format. */
    ID,
    /** The schema's own text gives it, CRC-64-AVRO: Avro's single-object encoding. */
    FINGERPRINT
  }

  public SchemaName {
    Objects.requireNonNull(kind, "kind");
  }

  static SchemaName id(int id) {
    return new SchemaName(Kind.ID, id);
  }

  static SchemaName fingerprint(long fingerprint) {
    return new SchemaName(Kind.FINGERPRINT, fingerprint);
  }

  @Override
  public String toString() {
    return kind == Kind.ID ? "id " + value : String.format(Locale.ROOT, "fingerprint %016x", value);
  }
}
