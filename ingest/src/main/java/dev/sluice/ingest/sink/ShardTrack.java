package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetterBook;
import dev.sluice.ingest.protocol.Accounts;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.stream.EventColumns;
import dev.sluice.ingest.stream.Stream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** One shard in its worker's hands. Only the worker's thread touches it. */
final class ShardTrack {

  private final TopicPartition place;
  private final Stream stream;
  private ShardState state = new ShardState.Joining();
  private Optional<LogShard> shard = Optional.empty();
  private long committed;
  private List<Standpoint> tables = List.of();
  private DeadLetterBook.Cover cover = new DeadLetterBook.Cover(0, Set.of());
  private Optional<Repeats> repeats = Optional.empty();
  private Optional<String> unwritable = Optional.empty();
  private long sent;
  // Asked of each record: most shards' tables stand together.
  private boolean catchingUp;
  private Accounts accounts = new Accounts(List.of());
  private long position;
  private long lag;
  // Receipt times, in milliseconds, 0 where there is nothing.
  private long oldestSent;
  private long oldestHeld;
  private long newestRead;
  // Microseconds; the least there is where there is nothing.
  private long reached = Long.MIN_VALUE;
  private Optional<Instant> quietSince = Optional.empty();

  ShardTrack(TopicPartition place, Stream stream) {
    this.place = place;
    this.stream = stream;
  }

  TopicPartition place() {
    return place;
  }

  Stream stream() {
    return stream;
  }

  ShardState state() {
    return state;
  }

  boolean reading() {
    return state instanceof ShardState.Reading;
  }

  Optional<LogShard> shard() {
    return shard;
  }

  /** Whether the table at this place has the offset: nothing is counted for it then. */
  boolean has(int place, long offset) {
    return accounts.has(place, offset);
  }

  /** Whether the table at this place has a row of this offset, and is ahead of others. */
  boolean rowOf(int place, long offset) {
    return tables.get(place).ahead().contains(offset);
  }

  /** Whether a table, other than the one at this place, has a row of this offset. */
  boolean rowElsewhere(int place, long offset) {
    for (int i = 0; catchingUp && i < tables.size(); i++) {
      if (i != place && rowOf(i, offset)) {
        return true;
      }
    }
    return false;
  }

  /** Whether rows are told from those sent twice. */
  boolean watchesIds() {
    return repeats.isPresent();
  }

  DeadLetterBook.Cover cover() {
    return cover;
  }

  /** The next offset to take: all before it are committed, on their way or counted. */
  long position() {
    return position;
  }

  void read(
      LogShard known,
      long from,
      List<Standpoint> standpoints,
      DeadLetterBook.Cover covered,
      Optional<Repeats> looking) {
    shard = Optional.of(known);
    committed = from;
    tables = List.copyOf(standpoints);
    catchingUp = tables.stream().anyMatch(table -> !table.ahead().isEmpty());
    accounts = new Accounts(tables.stream().map(Standpoint::next).toList());
    cover = covered;
    forget();
    repeats = looking;
    state = new ShardState.Reading();
  }

  /** Forgets what was counted and asks the table again. */
  void rejoin() {
    forget();
    state = new ShardState.Joining();
  }

  void stop(ShardState.Stopped stopped) {
    forget();
    repeats.ifPresent(Repeats::drop);
    state = stopped;
  }

  private void forget() {
    sent = 0;
    oldestSent = 0;
    oldestHeld = 0;
    reached = Long.MIN_VALUE;
    quietSince = Optional.empty();
    accounts.clear();
    repeats.ifPresent(Repeats::forget);
    position = committed;
  }

  void row(int place, long checksum) {
    accounts.row(place, checksum);
    position++;
  }

  /** The table it belongs to has it, as a row or a duplicate. */
  void alreadyIn() {
    position++;
  }

  /** A row says that event time has come so far. */
  void reached(long micros) {
    reached = Math.max(reached, micros);
  }

  /** The latest event time of the rows that were read since the shard was joined. */
  Optional<Instant> reached() {
    return reached == Long.MIN_VALUE
        ? Optional.empty()
        : Optional.of(Instant.EPOCH.plus(reached, ChronoUnit.MICROS));
  }

  /** Nothing more was there to read. */
  void quiet(Instant now) {
    if (quietSince.isEmpty()) {
      quietSince = Optional.of(now);
    }
  }

  /**
   * Whether all the log has was committed so long ago, and nothing was read since; it is said once,
   * and again when as much time has passed.
   */
  Optional<LogShard> turnsIdle(Instant now, Duration patience) {
    boolean idle =
        reading()
            && lag == 0
            && sent == 0
            && !holds()
            && quietSince.filter(since -> !now.isBefore(since.plus(patience))).isPresent();
    if (idle) {
      quietSince = Optional.of(now);
    }
    return idle ? shard : Optional.empty();
  }

  /** Whether the event has a row already; if not, it gets one. */
  boolean repeated(EventColumns event, long receivedMillis) {
    return repeats.isPresent() && repeats.get().repeated(event, receivedMillis);
  }

  void duplicate(int place) {
    accounts.duplicate(place);
    position++;
  }

  void deadLetter() {
    accounts.deadLetter(position);
    position++;
  }

  /** Offsets up to here were passed over by a reader of committed records. */
  void passOver(long to) {
    if (to > position) {
      accounts.control(position, to);
      position = to;
    }
  }

  /** A record was read that the log received then. */
  void received(long millis) {
    newestRead = millis;
    quietSince = Optional.empty();
    if (oldestHeld == 0) {
      oldestHeld = millis;
    }
  }

  /** Receipt of the oldest record that was read and is not in the table; 0 without any. */
  private long oldest() {
    return oldestSent == 0 ? oldestHeld : oldestSent;
  }

  /** For how long the oldest event of the log has waited for the table, as far as is known. */
  Duration lagTime(Instant now) {
    long since = oldest() != 0 ? oldest() : lag > 0 ? newestRead : 0;
    return since == 0 ? Duration.ZERO : Duration.ofMillis(Math.max(0, now.toEpochMilli() - since));
  }

  boolean holds() {
    return reading() && position > committed + sent;
  }

  /** What was counted goes its way; counting begins anew behind it. */
  ShardIntervals send() {
    LogShard whole = shard.orElseThrow();
    ShardIntervals intervals =
        new ShardIntervals(whole, position, accounts.close(whole, committed + sent, position));
    sent = position - committed;
    oldestSent = oldestHeld;
    oldestHeld = 0;
    repeats.ifPresent(Repeats::send);
    return intervals;
  }

  /** What was on its way is in. */
  void landed(long next) {
    sent = 0;
    oldestSent = 0;
    committed = next;
    quietSince = Optional.empty();
    repeats.ifPresent(each -> each.landed(next));
  }

  /** Why none of its events can be written at present; empty where some can. */
  void writable(Optional<String> notFor) {
    unwritable = notFor;
  }

  void behind(long events) {
    lag = events;
  }

  WorkerStatus.ShardStatus status(Instant now, Optional<Instant> watermark) {
    Optional<String> why =
        state instanceof ShardState.Stopped stopped ? Optional.of(stopped.why()) : Optional.empty();
    return new WorkerStatus.ShardStatus(
        stream.name(),
        place.partition(),
        shard.map(LogShard::topicId).orElse(""),
        state.label(),
        position,
        committed,
        lag + position - committed,
        lagTime(now),
        repeats.map(Repeats::known),
        watermark,
        why,
        unwritable);
  }
}
