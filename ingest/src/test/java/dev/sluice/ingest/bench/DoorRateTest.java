package dev.sluice.ingest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.DoorProcess;
import dev.sluice.ingest.log.LogSettings;
import dev.sluice.ingest.log.LogTopics;
import dev.sluice.ingest.produce.Shop;
import dev.sluice.ingest.produce.Span;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the door takes: batches, single events, and how long a single one takes at half of the most.
 * Broker, door and sender are processes of their own; Kafka's own tool sends the same events to the
 * same topic in the same run, for comparison. Run with {@code -Pbench}; nothing is asserted of the
 * figures.
 */
@Tag("bench")
class DoorRateTest {
  private static final Span DAY = Span.day(LocalDate.of(2026, 1, 31));
  private static final int SECONDS = Integer.getInteger("bench.seconds", 15);
  private static final int BATCH = 1000;
  private static final int REFERENCE_EVENTS = 40_000 * SECONDS;
  private static final Pattern RATE = Pattern.compile("([0-9.]+) records/sec");

  @TempDir private Path directory;

  @Test
  void whatTheDoorTakes() throws Exception {
    Stream shop = Streams.shipped().find("app-events").orElseThrow();
    try (BrokerProcess broker = BrokerProcess.start(directory)) {
      try (LogTopics topics =
          new LogTopics(
              broker.bootstrapServers(),
              Settings.read(LogSettings.class, Optional.empty(), Map.of()))) {
        topics.ensure(List.of(shop));
      }
      double reference = reference(broker.bootstrapServers());
      System.out.printf(Locale.ROOT, "producer-perf: %.0f events/s%n", reference);
      try (DoorProcess door = DoorProcess.start(directory, broker.bootstrapServers(), Map.of())) {
        DoorSender.Sent batches = send(door, new DoorSender.Load(16, BATCH, SECONDS, 0));
        System.out.printf(
            Locale.ROOT,
            "batches of %d: %.0f events/s, %.2f of producer-perf; p50 %.1f ms, p99 %.1f ms%n",
            BATCH,
            batches.perSecond(),
            batches.perSecond() / reference,
            batches.millis(0.5),
            batches.millis(0.99));
        DoorSender.Sent singles = send(door, new DoorSender.Load(256, 1, SECONDS, 0));
        System.out.printf(
            Locale.ROOT,
            "single events: %.0f requests/s; p50 %.1f ms, p99 %.1f ms%n",
            singles.perSecond(),
            singles.millis(0.5),
            singles.millis(0.99));
        DoorSender.Sent half =
            send(door, new DoorSender.Load(256, 1, SECONDS, singles.perSecond() / 2));
        System.out.printf(
            Locale.ROOT,
            "at half of that: %.0f requests/s; p50 %.1f ms, p99 %.1f ms, at most %.1f ms%n",
            half.perSecond(),
            half.millis(0.5),
            half.millis(0.99),
            half.millis(1));
        assertThat(half.requests()).isPositive();
      }
    }
  }

  private DoorSender.Sent send(DoorProcess door, DoorSender.Load load) throws Exception {
    return DoorSender.run(directory, door.door(), load);
  }

  /** Kafka's own tool: the same events, acknowledged by all, packed as the door packs. */
  private double reference(String bootstrapServers) throws Exception {
    Path events = directory.resolve("events.ndjson");
    Files.write(
        events, new Shop().events(7, 64_000, DAY).limit(64_000).toList(), StandardCharsets.UTF_8);
    String tools = Path.of("target", "bench", "tools").resolve("*").toString();
    Path output = directory.resolve("producer-perf.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                tools,
                "org.apache.kafka.tools.ProducerPerformance",
                "--topic",
                "app-events",
                "--num-records",
                Integer.toString(REFERENCE_EVENTS),
                "--payload-file",
                events.toString(),
                "--throughput",
                "-1",
                "--producer-props",
                "bootstrap.servers=" + bootstrapServers,
                "acks=all",
                "compression.type=lz4",
                "linger.ms=5",
                "batch.size=" + (256 << 10))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    String text = Files.readString(output);
    Matcher rate = RATE.matcher(text);
    assertThat(process.exitValue()).as(text).isZero();
    double last = 0;
    while (rate.find()) {
      last = Double.parseDouble(rate.group(1));
    }
    return last;
  }
}
