package dev.sluice.ingest.sink;

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
import org.apache.kafka.common.TopicPartition;

/** What the sink measures of itself. */
final class SinkMeters {

  private record ShardMeters(AtomicLong lag, AtomicInteger stopped, List<Meter> meters) {}

  private final MeterRegistry registry;
  private final InstantSource clock;
  private final Map<TopicPartition, ShardMeters> shards = new ConcurrentHashMap<>();
  private final Map<String, AtomicReference<Instant>> lastCommits = new ConcurrentHashMap<>();

  SinkMeters(MeterRegistry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
  }

  void shard(TopicPartition place, WorkerStatus.ShardStatus status) {
    ShardMeters meters = shards.computeIfAbsent(place, this::register);
    meters.lag().set(status.lag());
    meters.stopped().set(status.why().isPresent() ? 1 : 0);
  }

  private ShardMeters register(TopicPartition place) {
    Tags tags = Tags.of("stream", place.topic(), "shard", Integer.toString(place.partition()));
    AtomicLong lag = new AtomicLong();
    AtomicInteger stopped = new AtomicInteger();
    List<Meter> meters = new ArrayList<>();
    meters.add(
        Gauge.builder("sluice.sink.lag.events", lag, AtomicLong::get)
            .description("Events in the log that the table does not have")
            .tags(tags)
            .register(registry));
    meters.add(
        Gauge.builder("sluice.sink.shard.stopped", stopped, AtomicInteger::get)
            .description("1 while the shard waits for a person")
            .tags(tags)
            .register(registry));
    return new ShardMeters(lag, stopped, meters);
  }

  /** The shard belongs to somebody else now. */
  void gone(TopicPartition place) {
    ShardMeters meters = shards.remove(place);
    if (meters != null) {
      meters.meters().forEach(registry::remove);
    }
  }

  void committed(String stream, long rows, long deadLetters, Duration cost) {
    Tags tags = Tags.of("stream", stream);
    counter("sluice.sink.rows", "Rows committed", tags).increment((double) rows);
    counter("sluice.sink.dead.letters", "Records refused and kept", tags)
        .increment((double) deadLetters);
    Timer.builder("sluice.sink.commit")
        .description("How long a commit takes")
        .tags(tags)
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
