package dev.sluice.ingest;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import dev.sluice.ingest.avro.StreamDecoders;
import dev.sluice.ingest.door.DoorSettings;
import dev.sluice.ingest.log.LogSettings;
import dev.sluice.ingest.mqtt.MqttSettings;
import dev.sluice.ingest.registry.RegistrySettings;
import dev.sluice.ingest.sink.SinkSettings;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.StreamSettings;
import dev.sluice.ingest.stream.Streams;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that can be set in this module.
 *
 * @param data where the embedded broker keeps the log, and workers the ids of late
 * @param streams streams besides the shipped ones, or in the place of one
 */
public record IngestSettings(
    @Default(".sluice") Path data,
    DoorSettings door,
    MqttSettings mqtt,
    LogSettings log,
    SinkSettings sink,
    RegistrySettings registry,
    Map<String, StreamSettings> streams) {
  public IngestSettings {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(door, "door");
    Objects.requireNonNull(mqtt, "mqtt");
    mqtt.binding().requireCredential(door.writeKey(), "door.write-key");
    if (mqtt.maxPacket().bytes() > door.maxEvent().bytes()) {
      throw new SettingsException(
          "mqtt.max-packet is more than door.max-event, the longest event there is");
    }
    Objects.requireNonNull(log, "log");
    Objects.requireNonNull(sink, "sink");
    Objects.requireNonNull(registry, "registry");
    streams = Map.copyOf(streams);
    // Checked here, so that a wrong one is told with the other settings.
    for (Stream stream : Streams.shipped().with(streams).all()) {
      StreamDecoders.check(stream);
      requireOpen(stream, sink);
      requireSchemas(stream, registry);
    }
  }

  private static void requireSchemas(Stream stream, RegistrySettings registry) {
    if (stream.format() instanceof EventFormat.Avro avro
        && avro.schemas().isEmpty()
        && registry.url().isEmpty()) {
      throw new IllegalArgumentException(
          "stream " + stream.name() + " is Avro: give its schemas, or set registry.url");
    }
  }

  /** Rows of an interval go into all buckets in turns: each needs its file open. */
  private static void requireOpen(Stream stream, SinkSettings sink) {
    long buckets = stream.partitioning().buckets();
    if (buckets > sink.openFiles()) {
      throw new SettingsException(
          "stream "
              + stream.name()
              + ": rows go into "
              + buckets
              + " buckets at once, and sink.open-files is "
              + sink.openFiles()
              + ": raise it to "
              + buckets
              + " or take fewer buckets");
    }
  }

  /** The same, its sink writing to a lake that is found only when it runs. */
  public IngestSettings on(URI catalog, Optional<Secret> token) {
    return new IngestSettings(data, door, mqtt, log, sink.on(catalog, token), registry, streams);
  }

  /** All streams of the installation. */
  public Streams catalogue() {
    return Streams.shipped().with(streams);
  }
}
