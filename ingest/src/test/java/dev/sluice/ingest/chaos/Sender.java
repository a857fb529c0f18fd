package dev.sluice.ingest.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends numbered events all the while, in small bursts, until it is told to end. */
final class Sender implements AutoCloseable {
  private static final int BURST = 12;
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(40);

  /** A broker that is away must not make it remember without end. */
  private static final Duration ANSWER = Duration.ofMinutes(3);

  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::run, "sender");
  private volatile boolean ended;
  private long sent;

  Sender(String broker) {
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                broker,
                "acks",
                "all",
                "enable.idempotence",
                "true",
                "delivery.timeout.ms",
                (int) ANSWER.toMillis(),
                "max.block.ms",
                ANSWER.toMillis(),
                "linger.ms",
                5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!ended) {
      for (int i = 0; i < BURST; i++) {
        // The callback hears of a failure.
        var unused =
            producer.send(
                NumberedEvents.record(sent, Instant.now()),
                (stored, why) -> {
                  if (why != null) {
                    failure.compareAndSet(null, why);
                  }
                });
        sent++;
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  /** Ends; how many events there are, numbered from 0, all in the log. */
  long end() throws InterruptedException {
    ended = true;
    thread.join();
    producer.flush();
    if (failure.get() != null) {
      throw new AssertionError("an event was not taken by the log", failure.get());
    }
    return sent;
  }

  @Override
  public void close() {
    ended = true;
    producer.close(Duration.ZERO);
  }
}
