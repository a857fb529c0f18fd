package dev.sluice.ingest.stream;

import java.util.Optional;

/**
 * Decodes the events of one stream into columns, one at a time, the plain ones the short way. What
 * is an event and what is not, {@link EventDecoder} says. Not for use by two threads.
 */
public final class ColumnDecoder {

  private final EventDecoder decoder;
  private final EventColumns columns;
  private final FlatScanner scanner;

  ColumnDecoder(EventDecoder decoder, DecodeLimits limits, Stream stream) {
    this.decoder = decoder;
    this.columns = new EventColumns(stream);
    this.scanner = new FlatScanner(stream, limits, columns);
  }

  /** Reads an event into the columns, or says why it is none; the columns are then undefined. */
  public Optional<Decoded.Refused> read(byte[] event) {
    if (scanner.scan(event)) {
      return Optional.empty();
    }
    Decoded decoded = decoder.decode(columns.stream(), event);
    if (decoded instanceof Decoded.Refused refused) {
      return Optional.of(refused);
    }
    columns.fill((Decoded.Event) decoded);
    return Optional.empty();
  }

  /** The event read last. */
  public EventColumns columns() {
    return columns;
  }
}
