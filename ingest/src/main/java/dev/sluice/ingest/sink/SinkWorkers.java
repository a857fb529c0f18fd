package dev.sluice.ingest.sink;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Service;
import dev.sluice.ingest.stream.EventDecoder;
import dev.sluice.ingest.stream.Streams;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The workers of one process. They own their threads; stopping commits what is pending and joins
 * them.
 */
public final class SinkWorkers implements Service {

  private final List<SinkWorker> workers = new ArrayList<>();

  /**
   * Workers that have not started.
   *
   * @param name what this process is called; its workers are numbered
   * @param bootstrapServers where the log is; asked when a worker starts
   * @param decoder the decoder the door checks with: what it accepts must become a row
   * @param ids names for files: never the same twice, in any process
   */
  public SinkWorkers(
      String name,
      SinkSettings settings,
      Supplier<String> bootstrapServers,
      Streams streams,
      EventDecoder decoder,
      InstantSource clock,
      Supplier<UUID> ids,
      MeterRegistry registry,
      Health health) {
    SinkParts parts =
        new SinkParts(
            settings,
            bootstrapServers,
            streams,
            decoder,
            clock,
            ids,
            new SinkMeters(registry, clock));
    for (int i = 1; i <= settings.workers(); i++) {
      workers.add(new SinkWorker(name + "-" + i, parts));
    }
    health.check("sink", this::health);
  }

  @Override
  public String name() {
    return "sink";
  }

  @Override
  public void start() {
    workers.forEach(SinkWorker::start);
  }

  @Override
  public void stop() throws InterruptedException {
    workers.forEach(SinkWorker::drain);
    for (SinkWorker worker : workers) {
      worker.join();
    }
  }

  /** Ends all as a crash would. */
  void drop() throws InterruptedException {
    for (SinkWorker worker : workers) {
      worker.drop();
    }
  }

  /** How each worker is. */
  public List<WorkerStatus> statuses() {
    return workers.stream().map(SinkWorker::status).toList();
  }

  private Health.State health() {
    List<String> wrong = new ArrayList<>();
    for (WorkerStatus worker : statuses()) {
      worker.trouble().ifPresent(why -> wrong.add(worker.name() + ": " + why));
      for (WorkerStatus.ShardStatus shard : worker.shards()) {
        shard
            .why()
            .ifPresent(
                why -> wrong.add("shard " + shard.shard() + " of " + shard.stream() + ": " + why));
      }
    }
    return wrong.isEmpty()
        ? new Health.Up()
        : new Health.Down(wrong.stream().sorted().collect(Collectors.joining("; ")));
  }
}
