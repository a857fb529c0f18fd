package dev.sluice.ingest.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Producers that answer only when all in-sync replicas have a record, and write none twice. */
public final class LogProducers {
  private static final int BATCH_BYTES = 256 << 10;
  private static final long BUFFER_BYTES = 32L << 20;
  private static final int LINGER_MILLIS = 5;
  private static final int LONGEST_BLOCK_MILLIS = 2_000;
  private static final int OVERHEAD_BYTES = 64 << 10;

  private LogProducers() {}

  /**
   * A producer.
   *
   * @param recordBytes the largest value it must carry
   * @param patience when it gives up on an answer
   */
  public static Producer<byte[], byte[]> create(
      String bootstrapServers, int recordBytes, Duration patience) {
    return create("sluice-door", bootstrapServers, recordBytes, patience);
  }

  /** The same, known to the cluster by this name. */
  public static Producer<byte[], byte[]> create(
      String name, String bootstrapServers, int recordBytes, Duration patience) {
    int giveUp = Math.toIntExact(patience.toMillis());
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ProducerConfig.CLIENT_ID_CONFIG, name);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(BUFFER_BYTES, 4L * recordBytes));
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, recordBytes + OVERHEAD_BYTES);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.min(LONGEST_BLOCK_MILLIS, giveUp));
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, giveUp);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, giveUp / 2 - LINGER_MILLIS));
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
