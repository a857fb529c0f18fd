package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetter;
import dev.sluice.ingest.stream.ColumnDecoder;
import dev.sluice.ingest.stream.EventId;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.ColumnHabits;
import dev.sluice.ingest.table.EventTimes;
import dev.sluice.ingest.table.IntervalFiles;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * One table in its worker's hands: what is being gathered for it, and what is on its way to it. At
 * most one commit is under way; meanwhile the next interval is read. Only the worker's thread
 * touches it.
 */
final class TableTrack {

  /** What begins the files of an interval. */
  interface Writing {
    IntervalFiles<TableRow> begin(
        Table table, Stream stream, TableRow row, Map<String, String> settings);
  }

  /** What an id takes until its row is in the table: it lies in two tables, filled by half. */
  private static final int ID_BYTES = 48;

  private final Stream stream;
  private final ColumnDecoder decoder;
  private final TableRow row;
  private final Writing writing;
  private final ColumnHabits habits;
  private final boolean watched;
  private Optional<Table> table = Optional.empty();
  private Optional<Flight> flight = Optional.empty();
  private Held held = new Held();
  private Duration lastCost = Duration.ZERO;
  private Optional<Instant> watermark = Optional.empty();

  TableTrack(Stream stream, ColumnDecoder decoder, Writing writing) {
    this.stream = stream;
    this.decoder = decoder;
    this.row = new TableRow(decoder.columns());
    this.writing = writing;
    this.watched = stream.id().filter(EventId::watched).isPresent();
    this.habits = new ColumnHabits(stream.fields());
  }

  Stream stream() {
    return stream;
  }

  TableIdentifier identifier() {
    return TableLayout.identifier(stream);
  }

  void opened(Table fresh) {
    watermark(EventTimes.watermark(fresh.properties()));
    // Files in the making keep the schema they were begun with.
    if (held.empty()) {
      table = Optional.of(fresh);
    }
  }

  /** Reads the events of the stream's shards, one at a time. */
  ColumnDecoder decoder() {
    return decoder;
  }

  /** The row of the event that was decoded last. */
  TableRow row(int shard, long offset, long receivedMillis) {
    return row.set(shard, offset, receivedMillis);
  }

  void add(TableRow made) {
    habits.note(made);
    held.add(made, () -> writing.begin(table.orElseThrow(), stream, row, habits.settings()));
    if (watched) {
      held.pin(ID_BYTES);
    }
  }

  /** The event read last has its row already. */
  void addDuplicate() {
    held.duplicate();
  }

  void add(DeadLetter letter, int size) {
    held.add(letter, size);
  }

  void read(int size, long receivedMillis, Instant now) {
    held.read(size, receivedMillis, now);
  }

  Held held() {
    return held;
  }

  private void watermark(Optional<Instant> mark) {
    if (mark.isPresent() && (watermark.isEmpty() || mark.get().isAfter(watermark.get()))) {
      watermark = mark;
    }
  }

  /** Up to which event time the table has all, about, when it was last seen. */
  Optional<Instant> watermark() {
    return watermark;
  }

  Duration lastCost() {
    return lastCost;
  }

  Optional<Flight> flight() {
    return flight;
  }

  /** What is held goes its way; the next interval begins. */
  void send(Flight sent) {
    flight = Optional.of(sent);
    held = new Held();
  }

  /** What was on its way has arrived. */
  void landed(IntervalCommitter.Outcome.Done done) {
    flight = Optional.empty();
    lastCost = done.cost();
    watermark(done.watermark());
  }

  /** What was on its way never will arrive. */
  void dropped() {
    flight = Optional.empty();
  }

  /** Lets go of what is held, files included: no commit ever named them. */
  void discard() {
    Held unsent = held;
    held = new Held();
    unsent.discard();
  }
}
