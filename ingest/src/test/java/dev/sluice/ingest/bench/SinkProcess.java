package dev.sluice.ingest.bench;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Settings;
import dev.sluice.ingest.ChildJvm;
import dev.sluice.ingest.IngestSettings;
import dev.sluice.ingest.avro.SchemaSource;
import dev.sluice.ingest.avro.StreamDecoders;
import dev.sluice.ingest.sink.SinkWorkers;
import dev.sluice.ingest.stream.DecodeLimits;
import dev.sluice.ingest.stream.Streams;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The daemon's workers as a process of their own, on a broker and a lake given to it, for the
 * declared stream alone: the group shares out shards by number over all streams, and could give one
 * worker all of the busy one and the other those of the shipped ones, which are idle.
 */
final class SinkProcess implements AutoCloseable {
  private static final String NAME = "worker";

  private final ChildJvm child;

  private SinkProcess(ChildJvm child) {
    this.child = child;
  }

  /** With the settings of the benchmarks and, as variables, more. */
  static SinkProcess start(
      Path directory,
      ClickNotation notation,
      List<String> flags,
      String broker,
      URI catalog,
      Map<String, String> more)
      throws Exception {
    Files.createDirectories(directory);
    Map<String, String> variables = new HashMap<>(more);
    variables.put("SLUICE_LOG_BOOTSTRAP_SERVERS", broker);
    variables.put("SLUICE_SINK_CATALOG", catalog.toString());
    ChildJvm child =
        ChildJvm.start(
            directory.resolve("sink.err"),
            ChildJvm.arguments(flags, SinkProcess.class, List.of(notation.settings().toString())),
            variables);
    String unused = child.ready();
    return new SinkProcess(child);
  }

  /**
   * What the sink has measured of itself.
   *
   * @param seconds what the commits took together
   */
  record Commits(long number, double seconds) {
    String since(Commits before) {
      long more = number - before.number;
      return String.format(
          "%d commits of %.0f ms", more, 1000 * (seconds - before.seconds) / Math.max(1, more));
    }
  }

  Commits commits() throws IOException {
    List<String> answer = List.of(child.ask("commits").split(" ", -1));
    return new Commits(Long.parseLong(answer.get(0)), Double.parseDouble(answer.get(1)));
  }

  ChildJvm child() {
    return child;
  }

  @Override
  public void close() {
    child.close();
  }

  public static void main(String[] arguments) throws Exception {
    IngestSettings settings =
        Settings.read(IngestSettings.class, Optional.of(Path.of(arguments[0])), System.getenv());
    MeterRegistry registry = new SimpleMeterRegistry();
    SinkWorkers workers =
        new SinkWorkers(
            NAME,
            settings.sink(),
            () -> settings.log().bootstrapServers().orElseThrow(),
            Streams.of(List.of(ClickNotation.stream(settings))),
            new StreamDecoders(DecodeLimits.standard(), SchemaSource.none()),
            settings.data().resolve("recent"),
            Clock.systemUTC(),
            UUID::randomUUID,
            registry,
            new Health());
    workers.start();
    ChildJvm.serve(NAME, question -> commits(registry));
    workers.stop();
  }

  private static String commits(MeterRegistry registry) {
    return registry.find("sluice.sink.commit").timers().stream()
        .findFirst()
        .map(timer -> timer.count() + " " + timer.totalTime(TimeUnit.SECONDS))
        .orElse("0 0");
  }
}
