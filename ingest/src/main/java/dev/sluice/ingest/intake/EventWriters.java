package dev.sluice.ingest.intake;

import dev.sluice.ingest.avro.AvroWriter;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Events as the log holds them: JSON as it is, or in Avro. */
final class EventWriters {
  /** So many streams' writers are kept, of which all but the newest version are of no more use. */
  private static final int MOST_WRITERS = 1_000;

  private final Map<Stream, Optional<AvroWriter>> writers = new ConcurrentHashMap<>();

  /** What makes a record's value of each event of one stream, whose JSON is given too. */
  interface Writing {
    AvroWriter.Written of(Decoded.Event event, byte[] value);
  }

  /** Empty where no schema is known that the stream's events could be written with. */
  Optional<Writing> of(Stream stream) {
    if (stream.format() instanceof EventFormat.Json) {
      return Optional.of((event, value) -> new AvroWriter.Value(value));
    }
    if (writers.size() > MOST_WRITERS) {
      writers.clear();
    }
    return writers
        .computeIfAbsent(stream, AvroWriter::of)
        .map(writer -> (event, value) -> writer.write(event));
  }

  /** One line for who sent events of a stream that cannot be written. */
  static String objection(Stream stream) {
    return "the events of "
        + stream.name()
        + " are avro and come by a Kafka producer, for no schema is known here that they could be"
        + " written with";
  }
}
