package dev.sluice.ingest.table;

import dev.sluice.ingest.protocol.RowChecksum;
import dev.sluice.ingest.stream.EventColumns;
import dev.sluice.ingest.stream.Field;
import dev.sluice.ingest.stream.FieldType;
import dev.sluice.ingest.stream.Stream;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * One event as a row of its table, with its checksum: made to be set again and again, so that rows
 * cost no object. The same event makes the same row whoever reads it, and when.
 *
 * <p>The time a row is filed under is the event's own. But a device with a wrong clock must not
 * open a partition of its own in 1970 or 2106: an event time outside [receipt - 30 days, receipt +
 * 1 hour] is kept in its column, and the row goes to the day of receipt, flagged. A stream without
 * event time is filed under receipt, unflagged.
 */
public final class TableRow {

  private static final long OLDEST_MICROS = micros(Duration.ofDays(30));
  private static final long NEWEST_MICROS = micros(Duration.ofHours(1));
  private static final long HOUR_MICROS = micros(Duration.ofHours(1));
  private static final long DAY_MICROS = micros(Duration.ofDays(1));

  private final EventColumns event;
  private final String[] names;
  private final FieldType[] types;
  private final int timeField;
  private int shard;
  private long offset;
  private long receivedMicros;
  private long timeMicros;
  private boolean flagged;
  private long checksum;

  /** The rows of whatever events are read into these columns. */
  public TableRow(EventColumns event) {
    Stream stream = event.stream();
    List<Field> fields = stream.fields();
    this.event = event;
    this.names = fields.stream().map(Field::name).toArray(String[]::new);
    this.types = fields.stream().map(Field::type).toArray(FieldType[]::new);
    this.timeField =
        stream.timeField().map(name -> fields.indexOf(stream.field(name).orElseThrow())).orElse(-1);
  }

  /** Makes the row of the event that is in the columns now. */
  public TableRow set(int atShard, long atOffset, long receivedMillis) {
    shard = atShard;
    offset = atOffset;
    receivedMicros = receivedMillis * 1_000;
    boolean timed = timeField >= 0 && event.has(timeField);
    long own = timed ? event.whole(timeField) : receivedMicros;
    flagged = own < receivedMicros - OLDEST_MICROS || own > receivedMicros + NEWEST_MICROS;
    timeMicros = flagged ? receivedMicros : own;
    checksum = count();
    return this;
  }

  private long count() {
    RowChecksum sum = new RowChecksum(shard, offset);
    for (int i = 0; i < names.length; i++) {
      if (event.has(i)) {
        count(sum, i);
      }
    }
    for (int i = 0; i < event.extras(); i++) {
      RowValue.countExtra(sum, event, i);
    }
    sum.time(TableLayout.RECEIVED_AT, receivedMicros);
    return sum.sum();
  }

  private void count(RowChecksum sum, int field) {
    String name = names[field];
    switch (types[field]) {
      case STRING ->
          RowValue.countText(sum, name, event.bytes(), event.from(field), event.length(field));
      case LONG, INT -> sum.whole(name, event.whole(field));
      case DOUBLE -> sum.fraction(name, event.fraction(field));
      case BOOLEAN -> sum.truth(name, event.whole(field) == 1);
      case TIMESTAMP -> sum.time(name, event.whole(field));
      case UUID -> sum.uuid(name, event.whole(field), event.low(field));
    }
  }

  private static long micros(Duration duration) {
    return duration.toMillis() * 1_000;
  }

  public long checksum() {
    return checksum;
  }

  /** The day the row is filed under, counted from 1970. */
  public long day() {
    return Math.floorDiv(timeMicros, DAY_MICROS);
  }

  long hour() {
    return Math.floorDiv(timeMicros, HOUR_MICROS);
  }

  /** Whether that day was over when the log received it. */
  boolean late() {
    return day() < Math.floorDiv(receivedMicros, DAY_MICROS);
  }

  /** What the row says of the time, in microseconds; nothing where the event's own is no use. */
  public OptionalLong reachedMicros() {
    return flagged ? OptionalLong.empty() : OptionalLong.of(Math.min(timeMicros, receivedMicros));
  }

  EventColumns event() {
    return event;
  }

  int shard() {
    return shard;
  }

  long offset() {
    return offset;
  }

  long receivedMicros() {
    return receivedMicros;
  }

  long timeMicros() {
    return timeMicros;
  }

  boolean flagged() {
    return flagged;
  }
}
