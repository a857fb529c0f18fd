package dev.sluice.ingest.sink;

import dev.sluice.ingest.stream.ColumnDecoders;
import dev.sluice.ingest.stream.Streams;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/** What the workers of one process share. */
record SinkParts(
    SinkSettings settings,
    Supplier<String> bootstrapServers,
    Streams streams,
    ColumnDecoders decoders,
    Path directory,
    InstantSource clock,
    Supplier<UUID> ids,
    SinkMeters meters) {
  SinkParts {
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(bootstrapServers, "bootstrapServers");
    Objects.requireNonNull(streams, "streams");
    Objects.requireNonNull(decoders, "decoders");
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(ids, "ids");
    Objects.requireNonNull(meters, "meters");
  }
}
