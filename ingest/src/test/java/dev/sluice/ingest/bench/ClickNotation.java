package dev.sluice.ingest.bench;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.IngestSettings;
import dev.sluice.ingest.stream.EventFormat;
import dev.sluice.ingest.stream.Stream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** How the log holds the clicks, and the settings that say so. */
enum ClickNotation {
  JSON("clicks.yaml"),
  AVRO("clicks-avro.yaml");

  private final String settings;

  ClickNotation(String settings) {
    this.settings = settings;
  }

  static ClickNotation of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The settings that declare the stream. */
  Path settings() {
    URL found = Objects.requireNonNull(ClickNotation.class.getResource(settings));
    try {
      return Path.of(found.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Stream stream() {
    return stream(Settings.read(IngestSettings.class, Optional.of(settings()), Map.of()));
  }

  static Stream stream(IngestSettings settings) {
    return settings.catalogue().find(Clicks.NAME).orElseThrow();
  }

  /** The schema the clicks are written with, and its id in the registry. */
  EventFormat.WriterSchema schema() {
    return ((EventFormat.Avro) stream().format()).schemas().get(0);
  }
}
