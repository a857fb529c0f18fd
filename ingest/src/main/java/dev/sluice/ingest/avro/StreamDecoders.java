package dev.sluice.ingest.avro;

import dev.sluice.ingest.stream.ColumnDecoder;
import dev.sluice.ingest.stream.ColumnDecoders;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import java.util.Objects;

/** Decoders of streams of every format. */
public final class StreamDecoders implements ColumnDecoders {

  private final DecodeLimits limits;
  private final EventDecoder json;
  private final SchemaSource registry;

  /** Asks the registry for writers' schemas that a stream does not declare. */
  public StreamDecoders(DecodeLimits limits, SchemaSource registry) {
    this.limits = Objects.requireNonNull(limits, "limits");
    this.json = new EventDecoder(limits);
    this.registry = Objects.requireNonNull(registry, "registry");
  }

  @Override
  public ColumnDecoder columns(Stream stream) {
    return stream.format() instanceof EventFormat.Avro avro
        ? new AvroColumns(stream, limits, DeclaredSchemas.of(stream, avro, registry))
        : json.columns(stream);
  }

  /** Refuses a stream whose declared schemas are none, with one line. */
  public static void check(Stream stream) {
    if (stream.format() instanceof EventFormat.Avro avro) {
      var unused = DeclaredSchemas.of(stream, avro, SchemaSource.none());
    }
  }
}
