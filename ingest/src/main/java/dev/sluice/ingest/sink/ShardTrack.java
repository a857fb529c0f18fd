package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetterBook;
import dev.sluice.ingest.protocol.Counts;
import dev.sluice.ingest.protocol.Interval;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import dev.sluice.ingest.stream.Stream;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** One shard in its worker's hands. Only the worker's thread touches it. */
final class ShardTrack {

  private final TopicPartition place;
  private final Stream stream;
  private ShardState state = new ShardState.Joining();
  private Optional<LogShard> shard = Optional.empty();
  private ShardProgress committed = ShardProgress.START;
  private DeadLetterBook.Cover cover = new DeadLetterBook.Cover(0, Set.of());
  private Counts counts = Counts.NONE;
  private long lag;

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

  ShardProgress committed() {
    return committed;
  }

  DeadLetterBook.Cover cover() {
    return cover;
  }

  /** The next offset to take: all before it are committed or counted. */
  long position() {
    return committed.nextOffset() + counts.offsets();
  }

  void read(LogShard known, ShardProgress from, DeadLetterBook.Cover covered) {
    shard = Optional.of(known);
    committed = from;
    cover = covered;
    counts = Counts.NONE;
    state = new ShardState.Reading();
  }

  /** Forgets what was counted and asks the table again. */
  void rejoin() {
    counts = Counts.NONE;
    state = new ShardState.Joining();
  }

  void stop(ShardState.Stopped stopped) {
    counts = Counts.NONE;
    state = stopped;
  }

  void count(Counts more) {
    counts = counts.plus(more);
  }

  /** Offsets up to here were passed over by a reader of committed records. */
  void passOver(long to) {
    if (to > position()) {
      count(new Counts(0, 0, 0, 0, to - position(), 0));
    }
  }

  Optional<Interval> interval() {
    if (!reading() || counts.offsets() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Interval(shard.orElseThrow(), committed.nextOffset(), position(), counts));
  }

  void commit(ShardProgress progress) {
    committed = progress;
    counts = Counts.NONE;
  }

  void behind(long events) {
    lag = events;
  }

  WorkerStatus.ShardStatus status() {
    Optional<String> why =
        state instanceof ShardState.Stopped stopped ? Optional.of(stopped.why()) : Optional.empty();
    return new WorkerStatus.ShardStatus(
        stream.name(),
        place.partition(),
        shard.map(LogShard::topicId).orElse(""),
        state.label(),
        position(),
        committed.nextOffset(),
        lag + counts.offsets(),
        why);
  }
}
