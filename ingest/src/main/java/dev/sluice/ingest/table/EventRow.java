package dev.sluice.ingest.table;

import dev.sluice.ingest.protocol.RowChecksum;
import dev.sluice.ingest.stream.Decoded;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;

/**
 * One event as a row of its table, with its checksum. The same event makes the same row whoever
 * reads it, and when.
 */
public record EventRow(GenericRecord row, LocalDate day, long checksum) {

  public EventRow {
    Objects.requireNonNull(row, "row");
    Objects.requireNonNull(day, "day");
  }

  public static EventRow of(
      Schema schema, Decoded.Event event, int shard, long offset, Instant receipt) {
    GenericRecord row = GenericRecord.create(schema);
    event
        .values()
        .forEach(
            (name, value) -> row.setField(name, value instanceof Instant time ? utc(time) : value));
    if (!event.extra().isEmpty()) {
      row.setField(TableLayout.EXTRA, event.extra());
    }
    EventTime time = EventTime.of(event.time(), receipt);
    OffsetDateTime filed = utc(time.filed());
    row.setField(TableLayout.TIME, filed);
    row.setField(TableLayout.TIME_FLAGGED, time.flagged());
    row.setField(TableLayout.RECEIVED_AT, utc(receipt));
    row.setField(TableLayout.SHARD, shard);
    row.setField(TableLayout.OFFSET, offset);
    return new EventRow(row, filed.toLocalDate(), checksum(event, shard, offset, receipt));
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  /** The checksum of the row an event makes, without making the row. */
  public static long checksum(Decoded.Event event, int shard, long offset, Instant receipt) {
    RowChecksum checksum = new RowChecksum(shard, offset);
    event.values().forEach((name, value) -> RowValue.count(checksum, name, value));
    for (Map.Entry<String, String> extra : event.extra().entrySet()) {
      RowValue.countJson(checksum, extra.getKey(), extra.getValue());
    }
    checksum.time(TableLayout.RECEIVED_AT, receipt);
    return checksum.sum();
  }
}
