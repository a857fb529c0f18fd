package dev.sluice.ingest.intake;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Hands single events to the log, and tells their batch what became of each. */
final class LogAppender {
  private final Producer<byte[], byte[]> producer;
  private final InstantSource clock;

  LogAppender(Producer<byte[], byte[]> producer, InstantSource clock) {
    this.producer = producer;
    this.clock = clock;
  }

  /** An event as the log shall hold it; not a record, for an array is no value. */
  static final class Entry {
    private final String stream;
    private final Optional<String> key;
    private final byte[] value;
    private final Map<String, String> headers;

    Entry(String stream, Optional<String> key, byte[] value, Map<String, String> headers) {
      this.stream = stream;
      this.key = key;
      this.value = value;
      this.headers = headers;
    }

    private ProducerRecord<byte[], byte[]> record(long now) {
      byte[] keyBytes = key.map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(null);
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(stream, null, now, keyBytes, value);
      headers.forEach(
          (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
      return record;
    }
  }

  /** Whether the next one may be tried. */
  boolean append(int index, Entry entry, Batch batch) {
    Thread sender = Thread.currentThread();
    boolean[] taken = {true};
    try {
      // What becomes of it is told by the callback.
      var unused =
          producer.send(
              entry.record(clock.millis()),
              (metadata, failure) -> {
                if (failure == null) {
                  batch.put(receipt(index, metadata));
                } else if (Thread.currentThread() == sender || neverAppended(failure)) {
                  // Failing inside the call, a record was not handed over to be sent.
                  taken[0] &= Thread.currentThread() != sender || neverAppended(failure);
                  batch.put(unavailable(index, String.valueOf(failure.getMessage())));
                } else {
                  batch.put(
                      new EventResult.Undecided(
                          index,
                          "the log did not confirm it and may hold it or not: "
                              + failure.getMessage()));
                }
              });
    } catch (KafkaException | IllegalStateException e) {
      batch.put(unavailable(index, String.valueOf(e.getMessage())));
      return false;
    }
    return taken[0];
  }

  static EventResult unavailable(int index, String why) {
    return new EventResult.Refusal(index, EventResult.UNAVAILABLE, why, Optional.empty());
  }

  private static EventResult receipt(int index, RecordMetadata metadata) {
    return new EventResult.Receipt(index, metadata.partition(), metadata.offset());
  }

  private static boolean neverAppended(Exception failure) {
    return failure instanceof RecordTooLargeException
        || failure instanceof InvalidTopicException
        || failure instanceof AuthorizationException;
  }
}
