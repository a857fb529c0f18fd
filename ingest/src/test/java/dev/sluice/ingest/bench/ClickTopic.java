package dev.sluice.ingest.bench;

import dev.sluice.daemon.Settings;
import dev.sluice.ingest.IngestSettings;
import dev.sluice.ingest.log.LogTopics;
import dev.sluice.ingest.stream.Stream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The stream's topic, made and written to; a lost event fails it. */
final class ClickTopic implements AutoCloseable {
  private final Stream stream;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  ClickTopic(String broker, Stream stream) {
    this.stream = stream;
    Map<String, String> where = Map.of("SLUICE_LOG_BOOTSTRAP_SERVERS", broker);
    IngestSettings settings =
        Settings.read(IngestSettings.class, Optional.of(ClickNotation.JSON.settings()), where);
    try (LogTopics topics = new LogTopics(broker, settings.log())) {
      topics.ensure(List.of(stream));
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker, "linger.ms", 20, "batch.size", 256 << 10),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Events of the topic so many that each shard has the same number. */
  long fill(LongFunction<byte[]> clicks, int events) {
    long bytes = 0;
    for (int i = 0; i < events; i++) {
      byte[] event = clicks.apply(i);
      bytes += event.length;
      send(i, event);
    }
    flush();
    return bytes;
  }

  void send(long number, byte[] event) {
    int shard = (int) (number % stream.shards());
    // The callback hears of a failure.
    Future<?> unused =
        producer.send(
            new ProducerRecord<>(stream.name(), shard, null, event),
            (stored, why) -> {
              if (why != null) {
                failure.compareAndSet(null, why);
              }
            });
  }

  void flush() {
    producer.flush();
    if (failure.get() != null) {
      throw new IllegalStateException("an event was not stored", failure.get());
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
