package dev.sluice.ingest.webhook;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.stream.StreamSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The mappings every installation has, and the streams they fill. */
final class Shipped {
  static final List<String> MAPPINGS = List.of("adjust", "appsflyer", "calls");

  private Shipped() {}

  /** The streams' file. */
  record StreamsFile(Map<String, StreamSettings> streams) {
    StreamsFile {
      streams = Map.copyOf(streams);
    }
  }

  static MappingSettings mapping(String name) {
    return Settings.text(MappingSettings.class, "the mapping " + name, text(name + ".yaml"));
  }

  static Map<String, StreamSettings> streams() {
    return Settings.text(StreamsFile.class, "the webhooks' streams", text("streams.yaml"))
        .streams();
  }

  private static String text(String resource) {
    try (InputStream in = Shipped.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + resource + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
