package dev.sluice.ingest.intake;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** The handing over of one event to the log, and what the log's answer means for its sender. */
final class LogAppend {
  private final Producer<byte[], byte[]> producer;
  private final InstantSource clock;

  LogAppend(Producer<byte[], byte[]> producer, InstantSource clock) {
    this.producer = producer;
    this.clock = clock;
  }

  /** Whether the next one may be tried; the result comes from this thread or the producer's. */
  boolean append(
      String stream, int index, Optional<String> key, byte[] value, Consumer<EventResult> then) {
    byte[] keyBytes = key.map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(null);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(stream, null, clock.millis(), keyBytes, value);
    Thread sender = Thread.currentThread();
    boolean[] taken = {true};
    try {
      // What becomes of it is told by the callback.
      var unused =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure == null) {
                  then.accept(receipt(index, metadata));
                } else if (Thread.currentThread() == sender || neverAppended(failure)) {
                  // Failing inside the call, a record was not handed over to be sent.
                  taken[0] &= Thread.currentThread() != sender || neverAppended(failure);
                  then.accept(unavailable(index, String.valueOf(failure.getMessage())));
                } else {
                  then.accept(
                      new EventResult.Undecided(
                          index,
                          "the log did not confirm it and may hold it or not: "
                              + failure.getMessage()));
                }
              });
    } catch (KafkaException | IllegalStateException e) {
      then.accept(unavailable(index, String.valueOf(e.getMessage())));
      return false;
    }
    return taken[0];
  }

  static EventResult unavailable(int index, String why) {
    return new EventResult.Refusal(index, EventResult.UNAVAILABLE, why, Optional.empty());
  }

  private static boolean neverAppended(Exception failure) {
    return failure instanceof RecordTooLargeException
        || failure instanceof InvalidTopicException
        || failure instanceof AuthorizationException;
  }

  private static EventResult receipt(int index, RecordMetadata metadata) {
    return new EventResult.Receipt(index, metadata.partition(), metadata.offset());
  }
}
