package dev.sluice.ingest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingest.sink.Await;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long after it was sent an event can be read from the table, at an even rate over a long time,
 * and whether commits become slower with the table's age. The sink has the settings it has by
 * default. Run with {@code -Pbench}; no figure is asserted, but that every event arrived is.
 */
@Tag("bench")
class FreshnessTest {
  private static final int RATE = Integer.getInteger("bench.rate", 20_000);
  private static final int MINUTES = Integer.getInteger("bench.minutes", 60);
  private static final String HEAP = System.getProperty("bench.heap", "2g");
  private static final Duration WARM_UP = Duration.ofSeconds(30);
  private static final int PARTS = 10;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path home;
  private final Stream stream = ClickNotation.JSON.stream();
  private final Duration length = Duration.ofMinutes(MINUTES);
  private final Latencies all = new Latencies();
  private final List<Latencies> parts = new ArrayList<>();
  private final List<SinkProcess.Commits> commits = new ArrayList<>();

  /** Set once the sink is warm; what was sent before is not counted. */
  private Instant begin = Instant.MAX;

  @Test
  @Timeout(value = 4, unit = TimeUnit.HOURS)
  void howSoonAnEventCanBeRead() throws Exception {
    try (BrokerProcess broker = BrokerProcess.start(home.resolve("broker"));
        LakeProcess lake = LakeProcess.start(home.resolve("lake"));
        ClickTopic topic = new ClickTopic(broker.bootstrapServers(), stream);
        SinkProcess sink =
            SinkProcess.start(
                home.resolve("sink"),
                ClickNotation.JSON,
                Turn.flags(HEAP, home.resolve("gc.log")),
                broker.bootstrapServers(),
                lake.catalog(),
                Map.of());
        LakeConnection connection =
            new LakeConnection(lake.catalog(), Optional.empty(), Duration.ofSeconds(30))) {
      long warming =
          new SteadySender(topic, new Clicks(6, Instant.now()), RATE).send(WARM_UP).get();
      Await.until("a table", () -> connection.find(TableLayout.identifier(stream)).isPresent());
      Table table = connection.load(TableLayout.identifier(stream));
      Arrivals arrivals = new Arrivals(table, this::arrived);
      Await.until(
          "a warm sink",
          PATIENCE,
          () -> {
            arrivals.look();
            return arrivals.rows() >= warming;
          });
      commits.add(sink.commits());
      begin = Instant.now().truncatedTo(ChronoUnit.MILLIS);
      CompletableFuture<Long> sent =
          new SteadySender(topic, new Clicks(7, begin), RATE).send(length);
      follow(arrivals, sent, sink);
      print(table);
      System.out.println(
          "processor seconds: worker "
              + CpuTime.seconds(sink.child().pid())
              + ", store "
              + CpuTime.seconds(lake.child().pid()));
      assertThat(all.total()).isEqualTo(sent.get());
    }
  }

  private void arrived(Instant sent, Duration took) {
    if (sent.isBefore(begin)) {
      return;
    }
    all.add(took);
    while (parts.size() < PARTS) {
      parts.add(new Latencies());
    }
    long part = Duration.between(begin, sent).toMillis() * PARTS / length.toMillis();
    parts.get((int) Math.min(Math.max(part, 0), PARTS - 1)).add(took);
  }

  private void follow(Arrivals arrivals, CompletableFuture<Long> sent, SinkProcess sink)
      throws Exception {
    Await.until(
        "every event in the table",
        length.plus(PATIENCE),
        () -> {
          arrivals.look();
          Duration passed = Duration.between(begin, Instant.now());
          if (commits.size() <= PARTS
              && passed.compareTo(length.multipliedBy(commits.size()).dividedBy(PARTS)) >= 0) {
            commits.add(sink.commits());
          }
          return sent.isDone() && all.total() >= sent.get();
        });
    while (commits.size() <= PARTS) {
      commits.add(sink.commits());
    }
  }

  private void print(Table table) throws IOException {
    System.out.println("events " + all.total() + ", " + RATE + " a second");
    System.out.println("from sent to visible: " + all);
    System.out.println("  first tenth: " + parts.get(0));
    System.out.println("  last tenth: " + parts.get(PARTS - 1));
    System.out.println("commits, first tenth: " + commits.get(1).since(commits.get(0)));
    System.out.println("commits, last tenth: " + commits.get(PARTS).since(commits.get(PARTS - 1)));
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      List<Long> sizes = new ArrayList<>();
      tasks.forEach(task -> sizes.add(task.file().fileSizeInBytes()));
      sizes.sort(null);
      System.out.printf(
          "live files %d, KiB: least %d, median %d, most %d%n",
          sizes.size(),
          sizes.get(0) >> 10,
          sizes.get(sizes.size() / 2) >> 10,
          sizes.get(sizes.size() - 1) >> 10);
    }
  }
}
