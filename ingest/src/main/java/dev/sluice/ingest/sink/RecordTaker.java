package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetter;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.SchemaUnavailableException;
import dev.sluice.ingest.table.Destinations;
import dev.sluice.ingest.table.TableRow;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Makes a row, a duplicate or a dead letter of each record, and counts it. */
final class RecordTaker {

  /** What a record weighs beside its bytes, about. */
  private static final int OVERHEAD_BYTES = 128;

  private RecordTaker() {}

  /** A record that cannot be taken, so that its shard must stop in front of it. */
  static final class NotTakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private NotTakenException(String why) {
      super(why);
    }

    /** It was an event when it was first read and is none any more. */
    static NotTakenException changedMind(ShardTrack track, long offset, String detail) {
      return new NotTakenException(
          "offset "
              + offset
              + " of "
              + track.place()
              + " was an event when a worker read it before and is not the same now ("
              + detail
              + "): put the stream's earlier declaration back until the shard has passed it");
    }

    /** Whether it is an event cannot be said now. */
    static NotTakenException undecided(
        ShardTrack track, long offset, SchemaUnavailableException reason) {
      return new NotTakenException(
          "offset " + offset + " of " + track.place() + " waits: " + reason.getMessage());
    }
  }

  static void take(
      ConsumerRecord<byte[], byte[]> record, ShardTrack track, TableTrack table, Instant now) {
    long offset = record.offset();
    if (offset < track.position()) {
      throw new IllegalStateException(
          "the log gave offset "
              + offset
              + " of "
              + track.place()
              + ", expected "
              + track.position());
    }
    track.passOver(offset);
    track.received(record.timestamp());
    table.read(size(record), record.timestamp(), now);
    boolean covered = offset < track.cover().to();
    if (covered && track.cover().letters().contains(offset)) {
      track.deadLetter();
      return;
    }
    if (record.value() == null) {
      refuse(record, track, table, DeadLetter.NO_VALUE, "the record has no value");
      return;
    }
    Optional<Decoded.Refused> refused = decode(record, track, table);
    if (refused.isPresent()) {
      refuse(record, track, table, refused.get().reason().wireName(), refused.get().detail());
      return;
    }
    int place = table.destinations().of(table.decoder().columns());
    if (place == Destinations.NOWHERE) {
      String why = table.destinations().unknown(table.decoder().columns());
      refuse(record, track, table, DeadLetter.UNKNOWN_ROUTE, why);
      return;
    }
    Optional<String> misfit = table.fit(place).misfit(table.decoder().columns());
    if (misfit.isPresent()) {
      refuse(record, track, table, DeadLetter.COLUMN_TYPE, misfit.get());
      return;
    }
    take(record, track, table, place);
  }

  private static void take(
      ConsumerRecord<byte[], byte[]> record, ShardTrack track, TableTrack table, int place) {
    long offset = record.offset();
    boolean in = track.has(place, offset);
    boolean lost = in && !track.rowOf(place, offset) && !track.watchesIds();
    if (lost || track.rowElsewhere(place, offset)) {
      throw NotTakenException.changedMind(
          track,
          offset,
          "it went to another table than " + table.destinations().tables().get(place));
    }
    // Asked even of what is in: those behind it may be its repetitions.
    boolean repeated = track.repeated(table.decoder().columns(), record.timestamp());
    if (in) {
      track.alreadyIn();
      return;
    }
    if (repeated) {
      table.addDuplicate();
      track.duplicate(place);
      return;
    }
    TableRow row = table.row(track.place().partition(), offset, record.timestamp());
    table.add(place, row);
    track.row(place, row.checksum());
    row.reachedMicros().ifPresent(track::reached);
  }

  private static Optional<Decoded.Refused> decode(
      ConsumerRecord<byte[], byte[]> record, ShardTrack track, TableTrack table) {
    try {
      return table.decoder().read(record.value());
    } catch (SchemaUnavailableException e) {
      throw NotTakenException.undecided(track, record.offset(), e);
    }
  }

  private static void refuse(
      ConsumerRecord<byte[], byte[]> record,
      ShardTrack track,
      TableTrack table,
      String reason,
      String detail) {
    if (record.offset() < track.cover().to()
        || track.rowElsewhere(Destinations.NOWHERE, record.offset())) {
      throw NotTakenException.changedMind(track, record.offset(), detail);
    }
    List<DeadLetter.Header> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new DeadLetter.Header(header.key(), bytes(header.value())));
    }
    table.add(
        new DeadLetter(
            track.stream().name(),
            track.shard().orElseThrow(),
            record.offset(),
            Instant.ofEpochMilli(record.timestamp()),
            bytes(record.key()),
            bytes(record.value()),
            headers,
            reason,
            detail),
        size(record));
    track.deadLetter();
  }

  private static Optional<ByteBuffer> bytes(byte[] array) {
    return Optional.ofNullable(array).map(ByteBuffer::wrap);
  }

  private static int size(ConsumerRecord<byte[], byte[]> record) {
    return Math.max(0, record.serializedKeySize())
        + Math.max(0, record.serializedValueSize())
        + OVERHEAD_BYTES;
  }
}
