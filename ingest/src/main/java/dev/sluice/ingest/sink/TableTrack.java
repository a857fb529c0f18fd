package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetter;
import dev.sluice.ingest.stream.ColumnDecoder;
import dev.sluice.ingest.stream.EventId;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.ColumnFit;
import dev.sluice.ingest.table.ColumnHabits;
import dev.sluice.ingest.table.Destinations;
import dev.sluice.ingest.table.EventTimes;
import dev.sluice.ingest.table.IntervalFiles;
import dev.sluice.ingest.table.TableRow;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * One stream's table, or all of them, in its worker's hands: what is being gathered, and what is on
 * its way. At most one commit is under way; meanwhile the next interval is read. Only the worker's
 * thread touches it.
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
  private final Destinations destinations;
  private List<Table> tables = List.of();
  private List<ColumnFit> fits = List.of();
  private Optional<Flight> flight = Optional.empty();
  private Held held;
  private Duration lastCost = Duration.ZERO;
  private Optional<Instant> watermark = Optional.empty();

  TableTrack(Stream stream, ColumnDecoder decoder, Writing writing) {
    this.stream = stream;
    this.destinations = Destinations.of(stream);
    this.held = nothing();
    this.decoder = decoder;
    this.row = new TableRow(decoder.columns());
    this.writing = writing;
    this.watched = stream.id().filter(EventId::watched).isPresent();
    this.habits = new ColumnHabits(stream.fields());
  }

  Stream stream() {
    return stream;
  }

  private Held nothing() {
    return new Held(destinations.tables().size());
  }

  /** Which of the stream's tables an event belongs to. */
  Destinations destinations() {
    return destinations;
  }

  void opened(List<Table> fresh) {
    fresh.stream()
        .flatMap(table -> EventTimes.watermark(table.properties()).stream())
        .min(Instant::compareTo)
        .ifPresent(this::watermark);
    // Files in the making keep the schema they were begun with.
    if (held.empty()) {
      tables = List.copyOf(fresh);
      fits = fresh.stream().map(table -> ColumnFit.of(table, stream)).toList();
    }
  }

  /** Which of the stream's events the table at this place can hold. */
  ColumnFit fit(int place) {
    return fits.get(place);
  }

  /** The days that were touched, by table. */
  Map<TableIdentifier, SortedSet<LocalDate>> days(Held of) {
    Map<TableIdentifier, SortedSet<LocalDate>> days = new HashMap<>();
    for (int i = 0; i < of.days().size(); i++) {
      days.put(destinations.tables().get(i), of.days().get(i));
    }
    return days;
  }

  /** Reads the events of the stream's shards, one at a time. */
  ColumnDecoder decoder() {
    return decoder;
  }

  /** The row of the event that was decoded last. */
  TableRow row(int shard, long offset, long receivedMillis) {
    return row.set(shard, offset, receivedMillis);
  }

  void add(int place, TableRow made) {
    habits.note(made);
    held.add(place, made, () -> writing.begin(tables.get(place), stream, row, habits.settings()));
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

  private void watermark(Instant mark) {
    if (watermark.isEmpty() || mark.isAfter(watermark.get())) {
      watermark = Optional.of(mark);
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
    if (held.rows() > 0 || held.misfit().isPresent()) {
      Optional<String> unwritable = held.rows() > 0 ? Optional.empty() : held.misfit();
      sent.shards().forEach(track -> track.writable(unwritable));
    }
    held = nothing();
  }

  /** What was on its way has arrived. */
  void landed(IntervalCommitter.Outcome.Done done) {
    flight = Optional.empty();
    lastCost = done.cost();
    done.watermark().ifPresent(this::watermark);
  }

  /** What was on its way never will arrive. */
  void dropped() {
    flight = Optional.empty();
  }

  /** Lets go of what is held, files included: no commit ever named them. */
  void discard() {
    Held unsent = held;
    held = nothing();
    unsent.discard();
  }
}
