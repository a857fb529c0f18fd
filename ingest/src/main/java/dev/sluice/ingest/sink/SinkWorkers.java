package dev.sluice.ingest.sink;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Service;
import dev.sluice.ingest.stream.ColumnDecoders;
import dev.sluice.ingest.stream.Streams;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The workers of one process: so many as its settings say, and those hired while it runs. They own
 * their threads; stopping commits what is pending and joins them.
 */
public final class SinkWorkers implements Service {

  private final Map<String, SinkWorker> workers = new ConcurrentSkipListMap<>();
  private final SinkParts parts;
  private final MeterRegistry registry;
  private boolean stopped;

  /**
   * Workers that have not started.
   *
   * @param name what this process is called; its workers are numbered
   * @param bootstrapServers where the log is; asked when a worker starts
   * @param decoders for JSON with the limits the door checks with: what it accepts must become a
   *     row
   * @param directory where workers keep what they can do without
   * @param ids names for files: never the same twice, in any process
   */
  public SinkWorkers(
      String name,
      SinkSettings settings,
      Supplier<String> bootstrapServers,
      Streams streams,
      ColumnDecoders decoders,
      Path directory,
      InstantSource clock,
      Supplier<UUID> ids,
      MeterRegistry registry,
      Health health) {
    this.registry = registry;
    this.parts =
        new SinkParts(
            settings,
            bootstrapServers,
            streams,
            decoders,
            directory,
            clock,
            ids,
            new SinkMeters(registry, clock));
    for (int i = 1; i <= settings.workers(); i++) {
      add(name + "-" + i);
    }
    health.check("sink", this::health);
  }

  @Override
  public String name() {
    return "sink";
  }

  @Override
  public synchronized void start() {
    workers.values().forEach(SinkWorker::start);
  }

  @Override
  public synchronized void stop() throws InterruptedException {
    stopped = true;
    workers.values().forEach(SinkWorker::drain);
    for (SinkWorker worker : workers.values()) {
      worker.join();
    }
  }

  /** A further worker, which starts at once; none once the process stops, nor two of one name. */
  public synchronized void hire(String name) {
    if (!stopped && !workers.containsKey(name)) {
      add(name).start();
    }
  }

  /** Has this worker commit what it holds and leave; its shards go to the others at once. */
  public synchronized void dismiss(String name) throws InterruptedException {
    SinkWorker worker = workers.get(name);
    if (worker != null) {
      worker.drain();
      worker.join();
      remove(name);
    }
  }

  /**
   * Ends this worker as the loss of its machine would: nothing is committed and nobody is told. Its
   * shards go to the others when the group misses it.
   */
  public synchronized void lose(String name) throws InterruptedException {
    SinkWorker worker = workers.get(name);
    if (worker != null) {
      worker.drop();
      remove(name);
    }
  }

  /** Ends all as a crash would. */
  void drop() throws InterruptedException {
    for (String name : List.copyOf(workers.keySet())) {
      lose(name);
    }
  }

  private SinkWorker add(String name) {
    SinkWorker worker = new SinkWorker(name, parts);
    workers.put(name, worker);
    Gauge.builder("sluice.sink.worker.shards", worker, each -> each.status().shards().size())
        .description("Shards the worker owns")
        .tag("worker", name)
        .register(registry);
    return worker;
  }

  private void remove(String name) {
    workers.remove(name);
    registry
        .find("sluice.sink.worker.shards")
        .tag("worker", name)
        .gauges()
        .forEach(registry::remove);
  }

  /** How each worker is. */
  public List<WorkerStatus> statuses() {
    return workers.values().stream().map(SinkWorker::status).toList();
  }

  private Health.State health() {
    List<String> wrong = new ArrayList<>();
    for (WorkerStatus worker : statuses()) {
      worker.trouble().ifPresent(why -> wrong.add(worker.name() + ": " + why));
      for (WorkerStatus.ShardStatus shard : worker.shards()) {
        String place = "shard " + shard.shard() + " of " + shard.stream() + ": ";
        shard.why().ifPresent(why -> wrong.add(place + why));
        shard
            .unwritable()
            .ifPresent(why -> wrong.add(place + "every event becomes a dead letter: " + why));
      }
    }
    return wrong.isEmpty()
        ? new Health.Up()
        : new Health.Down(wrong.stream().sorted().collect(Collectors.joining("; ")));
  }
}
