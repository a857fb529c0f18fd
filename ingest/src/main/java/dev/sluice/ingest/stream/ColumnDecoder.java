package dev.sluice.ingest.stream;

import java.util.Optional;

/** Decodes the events of one stream into columns, one at a time. Not for use by two threads. */
public interface ColumnDecoder {

  /**
   * Reads an event into the columns, or says why it is none; the columns are then undefined.
   *
   * @throws SchemaUnavailableException if nobody can say just now
   */
  Optional<Decoded.Refused> read(byte[] event);

  /** The event read last. */
  EventColumns columns();
}
