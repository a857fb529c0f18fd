package dev.sluice.ingest.chaos;

import dev.sluice.ingest.stream.EventId;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Events that tell their number, whatever becomes of them: in the key of each, and in a row's
 * fields. Some are no events at all, some bring a field that nobody declared.
 */
final class NumberedEvents {
  static final int SHARDS = 4;

  static final Stream STREAM =
      new Stream(
          "chaos",
          List.of(
              new Field("event_id", FieldType.STRING, true),
              new Field("event_time", FieldType.TIMESTAMP, true),
              new Field("user_id", FieldType.STRING, true),
              new Field("quantity", FieldType.LONG, false)),
          Optional.of("user_id"),
          Optional.of("event_time"),
          SHARDS,
          // No event is sent twice: whoever forgets to forget what was dropped loses events here.
          Optional.of(new EventId("event_id", EventId.DEFAULT_WINDOW)));

  private NumberedEvents() {}

  /** Whether it is one that must end among the dead letters. */
  static boolean poison(long number) {
    return number % 61 == 13 || hollow(number);
  }

  private static boolean hollow(long number) {
    return number % 199 == 7;
  }

  /** Whether it brings a field that is not declared. */
  static boolean coloured(long number) {
    return number % 3 == 1;
  }

  static ProducerRecord<byte[], byte[]> record(long number, Instant time) {
    return new ProducerRecord<>(
        STREAM.name(),
        (int) (number % SHARDS),
        bytes(Long.toString(number)),
        hollow(number) ? null : bytes(value(number, time)));
  }

  private static String value(long number, Instant time) {
    String begin = "{\"event_id\":\"e" + number + "\",\"event_time\":\"" + time + "\"";
    if (poison(number)) {
      // Cut off, or without a field it must have.
      return number % 2 == 0 ? begin : begin + "}";
    }
    return begin
        + ",\"user_id\":\"u"
        + number % 17
        + "\",\"quantity\":"
        + number
        + (coloured(number) ? ",\"colour\":\"c" + number + "\"" : "")
        + "}";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
