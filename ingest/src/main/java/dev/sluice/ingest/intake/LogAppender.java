package dev.sluice.ingest.intake;

import dev.sluice.ingest.spool.SpooledEvent;
import dev.sluice.ingest.stream.RefusalReason;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Hands single events to the log, and tells what the log's answer means for their senders. */
final class LogAppender {
  private final Producer<byte[], byte[]> producer;

  LogAppender(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /** Whether the next one may be tried; the result comes from this thread or the producer's. */
  boolean append(int index, SpooledEvent event, Consumer<EventResult> then) {
    Thread sender = Thread.currentThread();
    boolean[] taken = {true};
    try {
      // What becomes of it is told by the callback.
      var unused =
          producer.send(
              event.record(),
              (metadata, failure) -> {
                if (failure == null) {
                  then.accept(receipt(index, metadata));
                } else if (Thread.currentThread() == sender || neverAppended(failure)) {
                  // Failing inside the call, a record was not handed over to be sent.
                  taken[0] &= Thread.currentThread() != sender || neverAppended(failure);
                  then.accept(
                      failure instanceof RecordTooLargeException
                          ? tooLarge(index, failure)
                          : unavailable(index, String.valueOf(failure.getMessage())));
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

  /** It never will be taken, so it is not the log's fault for a sender to wait for. */
  private static EventResult tooLarge(int index, Exception failure) {
    return new EventResult.Refusal(
        index,
        RefusalReason.TOO_LARGE.wireName(),
        "with its key and headers it is more than the log takes: " + failure.getMessage(),
        Optional.empty());
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
