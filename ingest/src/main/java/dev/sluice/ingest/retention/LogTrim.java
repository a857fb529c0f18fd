package dev.sluice.ingest.retention;

import dev.sluice.daemon.Service;
import dev.sluice.ingest.log.LogTopic;
import dev.sluice.ingest.log.LogTopics;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.stream.Streams;
import dev.sluice.ingest.table.LakeConnection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, every now and then, at the streams that have a retention, on a thread of its own. What it
 * does is right whenever it is done and however often, so several processes may do it at once.
 */
public final class LogTrim implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(LogTrim.class);

  private final RetentionSettings settings;
  private final Streams streams;
  private final Supplier<LogTopics> topics;
  private final Supplier<LakeConnection> lakes;
  private final InstantSource clock;
  private final MeterRegistry meters;
  private final CountDownLatch told = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "log-trim");

  /** Trims nothing before it is started. */
  public LogTrim(
      RetentionSettings settings,
      Streams streams,
      Supplier<LogTopics> topics,
      Supplier<LakeConnection> lakes,
      InstantSource clock,
      MeterRegistry meters) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.streams = Objects.requireNonNull(streams, "streams");
    this.topics = Objects.requireNonNull(topics, "topics");
    this.lakes = Objects.requireNonNull(lakes, "lakes");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.meters = Objects.requireNonNull(meters, "meters");
  }

  @Override
  public String name() {
    return "log-trim";
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void stop() throws InterruptedException {
    told.countDown();
    thread.join();
  }

  private void run() {
    try {
      while (!told.await(settings.interval().toMillis(), TimeUnit.MILLISECONDS)) {
        trimNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once. */
  void trimNow() {
    List<Stream> kept =
        streams.all().stream().filter(stream -> stream.retention().isPresent()).toList();
    if (!kept.isEmpty()) {
      trim(kept);
    }
  }

  private void trim(List<Stream> kept) {
    try (LogTopics log = topics.get();
        LakeConnection lake = lakes.get()) {
      for (Stream stream : kept) {
        for (LogTopic topic : log.describe(List.of(stream.topic()))) {
          trim(log, lake, stream, topic);
        }
      }
    } catch (RuntimeException e) {
      // Nothing depends on it: the disk fills a little more until next time.
      LOG.warn("the log was not trimmed: {}", e.toString());
    }
  }

  private void trim(LogTopics log, LakeConnection lake, Stream stream, LogTopic topic) {
    Duration kept = stream.retention().orElseThrow();
    Map<Integer, Long> begin = log.offsets(topic, OffsetSpec.earliest());
    Map<Integer, Long> covered = Cover.of(lake, stream, topic);
    Map<Integer, Long> before = new TreeMap<>();
    Instant oldest = clock.instant().minus(kept);
    log.offsets(topic, OffsetSpec.forTimestamp(oldest.toEpochMilli()))
        .forEach(
            (shard, young) -> {
              // None is so young: all of it may go, as far as the tables have it.
              long old = young < 0 ? Long.MAX_VALUE : young;
              long to = Math.min(old, covered.getOrDefault(shard, 0L));
              if (to > begin.getOrDefault(shard, 0L)) {
                before.put(shard, to);
              }
            });
    if (before.isEmpty()) {
      return;
    }
    log.trim(stream.topic(), before);
    before.forEach((shard, to) -> counter(stream).increment((double) to - begin.get(shard)));
    LOG.info("{} was trimmed: it begins at {} now", stream.topic(), before);
  }

  private Counter counter(Stream stream) {
    return Counter.builder("sluice.log.trimmed.events")
        .description("Offsets deleted from the log, which the tables have")
        .tag("stream", stream.name())
        .register(meters);
  }
}
