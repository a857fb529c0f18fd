package dev.sluice.ingest.sink;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Settings;
import dev.sluice.ingest.ChildJvm;
import dev.sluice.ingest.IngestSettings;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.Streams;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The workers as a process of their own, with the settings they have when nobody sets any. */
final class BackfillProcess {
  private BackfillProcess() {}

  public static void main(String[] arguments) throws Exception {
    IngestSettings settings =
        Settings.read(IngestSettings.class, Optional.empty(), System.getenv());
    SinkWorkers workers =
        new SinkWorkers(
            "backfill",
            settings.sink(),
            () -> settings.log().bootstrapServers().orElseThrow(),
            Streams.of(List.of(BackfillTest.STREAM)),
            new EventDecoder(DecodeLimits.standard()),
            Path.of(arguments[0]),
            Clock.systemUTC(),
            UUID::randomUUID,
            new SimpleMeterRegistry(),
            new Health());
    workers.start();
    ChildJvm.serve("backfill", question -> "");
    workers.stop();
  }
}
