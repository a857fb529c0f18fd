package dev.sluice.ingest.bench;

import dev.sluice.ingest.stream.Stream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.apache.hadoop.fs.FileUtil;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our sink and Kafka Connect with Iceberg's, turn by turn on one topic of one broker, each in a new
 * JVM of the same heap with two workers, files of zstd and a commit every ten seconds. Run with
 * {@code -Pbench}; no figure is asserted, but that each turn made exactly the topic's events into
 * rows is. The figures are printed and written to {@code target/bench/sink-race.md}.
 */
@Tag("bench")
class SinkRaceTest {
  private static final int EVENTS = Integer.getInteger("bench.events", 20_000_000);
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
  private static final String HEAP = System.getProperty("bench.heap", "2g");
  private static final String ONLY = System.getProperty("bench.only", "");
  private static final ClickNotation NOTATION =
      ClickNotation.of(System.getProperty("bench.format", "json"));
  private static final int FIRST = 2_000_000;
  private static final Duration WINDOW = Duration.ofSeconds(10);

  @TempDir Path home;
  private final Stream stream = NOTATION.stream();
  private final Clicks clicks =
      new Clicks(7, Instant.now().minus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.HOURS));
  private long bytes;

  @Test
  @Timeout(value = 4, unit = TimeUnit.HOURS)
  void ourSinkAgainstItsPeer() throws Exception {
    Path target = Path.of("target", "bench");
    try (BrokerProcess broker = BrokerProcess.start(home.resolve("broker"))) {
      try (ClickTopic topic = new ClickTopic(broker.bootstrapServers(), stream)) {
        bytes = topic.fill(events(), EVENTS);
      }
      System.out.println(NOTATION + " events " + EVENTS + ", bytes of each " + bytes / EVENTS);
      List<Contender> contenders = new ArrayList<>();
      contenders.add(new Ours(broker.bootstrapServers(), HEAP, NOTATION));
      contenders.add(new Peer(target.resolve("peer"), broker.bootstrapServers(), HEAP, NOTATION));
      contenders.removeIf(each -> !each.name().contains(ONLY));
      Results results = new Results(contenders.stream().map(Contender::name).toList());
      for (int round = 0; round < ROUNDS; round++) {
        // Who goes first changes, for the one finds the machine as the other has left it.
        Collections.reverse(contenders);
        for (Contender each : contenders) {
          Path directory = home.resolve(round + "-" + contenders.indexOf(each));
          results.add(each.name(), turn(broker, each, directory));
          FileUtil.fullyDelete(directory.toFile());
        }
      }
      System.out.print(results.table());
      String file = NOTATION == ClickNotation.JSON ? "sink-race.md" : "sink-race-avro.md";
      Files.writeString(target.resolve(file), results.table());
    }
  }

  private LongFunction<byte[]> events() {
    if (NOTATION == ClickNotation.JSON) {
      return clicks::event;
    }
    AvroClicks avro = new AvroClicks(NOTATION.schema());
    return number -> avro.event(clicks.event(number));
  }

  private Map<Metric, Double> turn(BrokerProcess broker, Contender contender, Path directory)
      throws Exception {
    settle();
    MachineLoad load = MachineLoad.begin(List.of(broker.pid()));
    long fetchedBefore = broker.fetchedBytes(stream.name());
    Map<Metric, Double> figures = new EnumMap<>(Metric.class);
    try (Turn turn = contender.start(directory)) {
      Progress progress = new RowWatch(broker, stream.name(), EVENTS).follow(turn, fetchedBefore);
      double worker = CpuTime.seconds(turn.worker().pid());
      double store = turn.store().isPresent() ? CpuTime.seconds(turn.store().get().pid()) : 0;
      figures.put(Metric.OTHERS, 100 * load.others(worker + store));
      turn.worker().close();
      Table table = turn.table().get().orElseThrow();
      RowProof proof = RowProof.of(table, clicks, EVENTS);
      rates(figures, progress);
      figures.put(Metric.WORKER_CORE, EVENTS / worker);
      figures.put(Metric.TOTAL_CORE, EVENTS / (worker + store));
      figures.put(Metric.ROW_BYTES, (double) proof.bytes() / EVENTS);
      figures.put(Metric.FILES, (double) proof.files());
      memory(figures, GcLog.read(turn.collections()), progress);
    }
    return figures;
  }

  private void rates(Map<Metric, Double> figures, Progress progress) {
    figures.put(Metric.WHOLE, EVENTS / progress.seconds());
    figures.put(Metric.FIRST, progress.firstRows(FIRST));
    figures.put(Metric.BEST_VISIBLE, progress.bestVisible(WINDOW));
    figures.put(Metric.BEST_READ, progress.bestRead(WINDOW));
    figures.put(Metric.MEGABYTES, bytes / 1e6 / progress.seconds());
  }

  private static void memory(Map<Metric, Double> figures, GcLog log, Progress progress) {
    figures.put(Metric.ALLOCATED, (double) log.allocatedBytes() / EVENTS);
    figures.put(Metric.PAUSED, 100 * log.pausedSeconds() / progress.seconds());
    figures.put(Metric.FULL, (double) log.fullCollections());
    figures.put(Metric.LIVE, (double) log.liveMebibytes());
  }

  /** Writes out what the turn before has left in memory: it would weigh on whoever syncs. */
  private static void settle() throws IOException, InterruptedException {
    new ProcessBuilder("sync").inheritIO().start().waitFor();
  }
}
