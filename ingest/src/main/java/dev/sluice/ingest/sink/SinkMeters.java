package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetter;
import dev.sluice.ingest.recent.RecentIds;
import dev.sluice.ingest.table.FileMerger;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the sink measures of itself. */
final class SinkMeters implements RecentIds.Watcher {

  private static final Logger LOG = LoggerFactory.getLogger(SinkMeters.class);

  private record ShardMeters(
      AtomicLong lag,
      AtomicLong lagMillis,
      AtomicInteger stopped,
      AtomicLong windowMillis,
      List<Meter> meters) {}

  private static final long NO_WINDOW = -1;

  private final MeterRegistry registry;
  private final InstantSource clock;
  private final Map<TopicPartition, ShardMeters> shards = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> memory = new ConcurrentHashMap<>();
  private final Map<String, AtomicReference<Instant>> watermarks = new ConcurrentHashMap<>();
  private final Map<String, AtomicReference<Instant>> lastCommits = new ConcurrentHashMap<>();

  SinkMeters(MeterRegistry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
  }

  void shard(TopicPartition place, WorkerStatus.ShardStatus status) {
    ShardMeters meters = shards.computeIfAbsent(place, none -> register(status.stream(), place));
    meters.lag().set(status.lag());
    meters.lagMillis().set(status.lagTime().toMillis());
    status.window().ifPresent(window -> window(status.stream(), place, meters, window));
    meters.stopped().set(status.why().isPresent() ? 1 : 0);
  }

  private ShardMeters register(String stream, TopicPartition place) {
    Tags tags = Tags.of("stream", stream, "shard", Integer.toString(place.partition()));
    AtomicLong lag = new AtomicLong();
    AtomicLong lagMillis = new AtomicLong();
    AtomicInteger stopped = new AtomicInteger();
    List<Meter> meters = new ArrayList<>();
    meters.add(
        Gauge.builder("sluice.sink.lag.events", lag, AtomicLong::get)
            .description("Events in the log that the table does not have")
            .tags(tags)
            .register(registry));
    meters.add(
        Gauge.builder("sluice.sink.lag.seconds", lagMillis, millis -> millis.get() / 1000.0)
            .description("For how long the oldest event that the table does not have has waited")
            .tags(tags)
            .register(registry));
    meters.add(
        Gauge.builder("sluice.sink.shard.stopped", stopped, AtomicInteger::get)
            .description("1 while the shard waits for a person")
            .tags(tags)
            .register(registry));
    return new ShardMeters(lag, lagMillis, stopped, new AtomicLong(NO_WINDOW), meters);
  }

  /** Only shards whose duplicates are looked for have a window. */
  private void window(String stream, TopicPartition place, ShardMeters shard, Duration window) {
    if (shard.windowMillis().getAndSet(window.toMillis()) == NO_WINDOW) {
      Tags tags = Tags.of("stream", stream, "shard", Integer.toString(place.partition()));
      shard
          .meters()
          .add(
              Gauge.builder(
                      "sluice.sink.window.seconds",
                      shard.windowMillis(),
                      millis -> millis.get() / 1000.0)
                  .description("How far back duplicates are found")
                  .tags(tags)
                  .register(registry));
    }
  }

  @Override
  public void forgotten(long ids) {
    counter("sluice.sink.ids.forgotten", "Ids forgotten within their window", Tags.empty())
        .increment((double) ids);
  }

  @Override
  public void gathered(long ids) {
    counter("sluice.sink.ids.gathered", "Ids read from the table again", Tags.empty())
        .increment((double) ids);
  }

  @Override
  public void notGathered(String shard, RuntimeException why) {
    LOG.warn(
        "the recent ids of {} cannot be read from the table, its window begins anew", shard, why);
    counter("sluice.sink.ids.lost", "Shards whose ids could not be read again", Tags.empty())
        .increment();
  }

  /** What a worker's open files and dead letters take. */
  void memory(String worker, long bytes) {
    memory
        .computeIfAbsent(
            worker,
            name -> {
              AtomicLong held = new AtomicLong();
              Gauge.builder("sluice.sink.memory.bytes", held, AtomicLong::get)
                  .description("What open files and dead letters take")
                  .tag("worker", name)
                  .register(registry);
              return held;
            })
        .set(bytes);
  }

  /** The shard belongs to somebody else now. */
  void gone(TopicPartition place) {
    ShardMeters meters = shards.remove(place);
    if (meters != null) {
      meters.meters().forEach(registry::remove);
    }
  }

  void committed(String stream, Held held, List<DataFile> files, Duration cost) {
    Tags tags = Tags.of("stream", stream);
    counter("sluice.sink.rows", "Rows committed", tags).increment((double) held.rows());
    counter("sluice.sink.late.rows", "Rows committed to the late lane", tags)
        .increment((double) held.lateRows());
    counter("sluice.sink.bytes", "Bytes of the log that were read for them", tags)
        .increment((double) held.bytes());
    counter("sluice.sink.files", "Files committed", tags).increment(files.size());
    counter("sluice.sink.file.bytes", "Their bytes", tags)
        .increment(files.stream().mapToDouble(DataFile::fileSizeInBytes).sum());
    counter("sluice.sink.dead.letters", "Records refused and kept", tags)
        .increment(held.letters().size());
    counter("sluice.sink.duplicates", "Events that had a row already", tags)
        .increment((double) held.duplicates());
    // A meter is looked up once for a reason: letters may be very many.
    held.letters().stream()
        .collect(Collectors.groupingBy(DeadLetter::reason, Collectors.counting()))
        .forEach(
            (reason, letters) ->
                counter("sluice.sink.refused", "Records refused", tags.and("reason", reason))
                    .increment((double) letters));
    Timer.builder("sluice.sink.freshness")
        .description("From an event's receipt until it is in the table, the oldest of each commit")
        .tags(tags)
        .publishPercentileHistogram()
        .register(registry)
        .record(Duration.between(held.oldest(), clock.instant()));
    Timer.builder("sluice.sink.commit")
        .description("How long closing files and a commit take")
        .tags(tags)
        .publishPercentileHistogram()
        .register(registry)
        .record(cost);
    lastCommits.computeIfAbsent(stream, name -> register(name, tags)).set(clock.instant());
  }

  private AtomicReference<Instant> register(String stream, Tags tags) {
    AtomicReference<Instant> last = new AtomicReference<>(clock.instant());
    Gauge.builder(
            "sluice.sink.last.commit.seconds",
            last,
            at -> Duration.between(at.get(), clock.instant()).toMillis() / 1000.0)
        .description("Seconds since the last commit to the table of " + stream)
        .tags(tags)
        .register(registry);
    return last;
  }

  /** Event time has come so far in the stream's table. */
  void watermark(String stream, Instant mark) {
    watermarks
        .computeIfAbsent(
            stream,
            name -> {
              AtomicReference<Instant> at = new AtomicReference<>(mark);
              Gauge.builder(
                      "sluice.sink.watermark.seconds",
                      at,
                      last -> Duration.between(last.get(), clock.instant()).toMillis() / 1000.0)
                  .description("How far the event time up to which all has arrived is behind")
                  .tag("stream", stream)
                  .register(registry);
              return at;
            })
        .accumulateAndGet(mark, (one, other) -> one.isAfter(other) ? one : other);
  }

  /** The stream was deleted: how long ago something happened to it says nothing any more. */
  void forget(String stream) {
    watermarks.remove(stream);
    lastCommits.remove(stream);
    for (String gauge :
        List.of("sluice.sink.watermark.seconds", "sluice.sink.last.commit.seconds")) {
      registry.find(gauge).tag("stream", stream).gauges().forEach(registry::remove);
    }
  }

  void failed(String stream) {
    counter(
            "sluice.sink.commit.dropped",
            "Intervals dropped and read again",
            Tags.of("stream", stream))
        .increment();
  }

  void merged(String stream, FileMerger.Merge merge) {
    counter(
            "sluice.sink.files.merged",
            "Small files made into larger ones",
            Tags.of("stream", stream))
        .increment(merge.from());
  }

  private Counter counter(String name, String description, Tags tags) {
    return Counter.builder(name).description(description).tags(tags).register(registry);
  }
}
