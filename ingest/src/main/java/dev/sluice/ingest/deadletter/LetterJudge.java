package dev.sluice.ingest.deadletter;

import dev.sluice.ingest.stream.ColumnDecoder;
import dev.sluice.ingest.stream.ColumnDecoders;
import dev.sluice.ingest.stream.Decoded;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.ColumnFit;
import dev.sluice.ingest.table.Destinations;
import dev.sluice.ingest.table.TableRow;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;

/** Decides of kept bytes whether they are an event as their stream and its tables are now. */
final class LetterJudge {

  private final ColumnDecoder decoder;
  private final Destinations destinations;
  private final List<ColumnFit> fits;
  private final Instant now;

  /**
   * A judge of one stream's letters.
   *
   * @param tables all tables of the stream
   */
  LetterJudge(Stream stream, ColumnDecoders decoders, List<Table> tables, Instant now) {
    this.decoder = decoders.columns(stream);
    this.destinations = Destinations.of(stream);
    this.fits = tables.stream().map(table -> ColumnFit.of(table, stream)).toList();
    this.now = now;
  }

  /** The rows of the events that are found to be such. */
  TableRow row() {
    return new TableRow(decoder.columns());
  }

  /**
   * Why the bytes are no event now; empty if they are one, which is then in the row. A record
   * without bytes is none.
   */
  Optional<KeptLetter.Attempt> refusal(Record letter) {
    ByteBuffer value = (ByteBuffer) letter.getField("value");
    if (value == null) {
      return refused(DeadLetter.NO_VALUE, "the record has no value");
    }
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    Optional<Decoded.Refused> refused = decoder.read(bytes);
    if (refused.isPresent()) {
      return refused(refused.get().reason().wireName(), refused.get().detail());
    }
    int place = place();
    return place == Destinations.NOWHERE
        ? refused(DeadLetter.UNKNOWN_ROUTE, destinations.unknown(decoder.columns()))
        : fits.get(place)
            .misfit(decoder.columns())
            .flatMap(why -> refused(DeadLetter.COLUMN_TYPE, why));
  }

  private Optional<KeptLetter.Attempt> refused(String reason, String detail) {
    return Optional.of(new KeptLetter.Attempt(Optional.of(now), reason, detail));
  }

  /** The place, among the stream's tables, of the one the event belongs to. */
  int place() {
    return destinations.of(decoder.columns());
  }
}
