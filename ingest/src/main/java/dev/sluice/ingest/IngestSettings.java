package dev.sluice.ingest;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import dev.sluice.ingest.avro.StreamDecoders;
import dev.sluice.ingest.door.DoorSettings;
import dev.sluice.ingest.journal.JournalSettings;
import dev.sluice.ingest.log.LogSettings;
import dev.sluice.ingest.registry.RegistrySettings;
import dev.sluice.ingest.retention.RetentionSettings;
import dev.sluice.ingest.sink.SinkSettings;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.StreamSettings;
import dev.sluice.ingest.stream.Streams;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that can be set in this module.
 *
 * @param data where the embedded broker keeps the log, and workers the ids of late
 * @param journal where streams are kept that are declared while it runs
 * @param retention when the log is trimmed
 * @param streams streams besides the shipped ones, or in the place of one
 */
public record IngestSettings(
    @Default(".sluice") Path data,
    DoorSettings door,
    LogSettings log,
    SinkSettings sink,
    RegistrySettings registry,
    JournalSettings journal,
    RetentionSettings retention,
    Map<String, StreamSettings> streams) {
  public IngestSettings {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(door, "door");
    Objects.requireNonNull(log, "log");
    Objects.requireNonNull(sink, "sink");
    Objects.requireNonNull(registry, "registry");
    Objects.requireNonNull(journal, "journal");
    Objects.requireNonNull(retention, "retention");
    streams = Map.copyOf(streams);
    // Checked here, so that a wrong one is told with the other settings.
    for (Stream stream : Streams.shipped().with(streams).all()) {
      requireServed(stream, sink);
    }
  }

  /** Refuses, with one line, a stream that this module could not serve if it began now. */
  public void requireServed(Stream stream) {
    if (stream.format() instanceof EventFormat.Avro && registry.url().isPresent()) {
      throw new SettingsException(
          "stream "
              + stream.name()
              + " is Avro: its schemas would be registered here, and registry.url names another"
              + " registry; declare it in the settings, with its schemas");
    }
    requireServed(stream, sink);
  }

  private static void requireServed(Stream stream, SinkSettings sink) {
    StreamDecoders.check(stream);
    requireOpen(stream, sink);
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
    return new IngestSettings(
        data, door, log, sink.on(catalog, token), registry, journal, retention, streams);
  }

  /** The shipped streams and the declared ones. */
  public Streams catalogue() {
    return Streams.shipped().with(streams);
  }

  /** The streams that these settings declare. */
  public List<Stream> declared() {
    return catalogue().all().stream().filter(stream -> streams.containsKey(stream.name())).toList();
  }

  /** The ids that another registry gave to schemas of these streams. */
  public Set<Integer> schemaIds() {
    Set<Integer> ids = new HashSet<>();
    for (Stream stream : declared()) {
      if (stream.format() instanceof EventFormat.Avro avro) {
        avro.schemas().forEach(schema -> schema.id().ifPresent(ids::add));
      }
    }
    return Set.copyOf(ids);
  }
}
