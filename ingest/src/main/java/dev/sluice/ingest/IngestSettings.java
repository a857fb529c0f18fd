package dev.sluice.ingest;

import dev.sluice.daemon.Default;
import dev.sluice.ingest.door.DoorSettings;
import dev.sluice.ingest.log.LogSettings;
import dev.sluice.ingest.stream.StreamSettings;
import dev.sluice.ingest.stream.Streams;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Everything that can be set in this module.
 *
 * @param data where the embedded broker keeps the log
 * @param streams streams besides the shipped ones, or in the place of one
 */
public record IngestSettings(
    @Default(".sluice") Path data,
    DoorSettings door,
    LogSettings log,
    Map<String, StreamSettings> streams) {
  public IngestSettings {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(door, "door");
    Objects.requireNonNull(log, "log");
    streams = Map.copyOf(streams);
    // Checked here, so that a wrong one is told with the other settings.
    Streams.shipped().with(streams);
  }

  /** All streams of the installation. */
  public Streams catalogue() {
    return Streams.shipped().with(streams);
  }
}
