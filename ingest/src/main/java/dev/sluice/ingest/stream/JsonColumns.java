package dev.sluice.ingest.stream;

import java.util.Optional;

/**
 * Reads the plain ones of a stream's JSON events the short way and the others the long way. What is
 * an event and what is not, {@link EventDecoder} says.
 */
final class JsonColumns implements ColumnDecoder {

  private final EventDecoder decoder;
  private final EventColumns columns;
  private final FlatScanner scanner;

  JsonColumns(EventDecoder decoder, DecodeLimits limits, Stream stream) {
    this.decoder = decoder;
    this.columns = new EventColumns(stream);
    this.scanner = new FlatScanner(stream, limits, columns);
  }

  @Override
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

  @Override
  public EventColumns columns() {
    return columns;
  }
}
