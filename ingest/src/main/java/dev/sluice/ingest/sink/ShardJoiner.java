package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetterBook;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.Resume;
import dev.sluice.ingest.recent.RecentIds;
import dev.sluice.ingest.table.LakeConnection;
import dev.sluice.ingest.table.TableLayout;
import dev.sluice.ingest.table.TableMismatchException;
import dev.sluice.ingest.table.TableProgress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins to read a shard where its table says, or stops it and says why not. */
final class ShardJoiner {

  private static final Logger LOG = LoggerFactory.getLogger(ShardJoiner.class);

  private final Consumer<byte[], byte[]> consumer;
  private final TopicIds topics;
  private final LakeConnection lake;
  private final DeadLetterBook book;
  private final RecentIds recent;
  private final InstantSource clock;
  private final Duration timeout;

  ShardJoiner(
      Consumer<byte[], byte[]> consumer,
      TopicIds topics,
      LakeConnection lake,
      DeadLetterBook book,
      RecentIds recent,
      InstantSource clock,
      Duration timeout) {
    this.consumer = consumer;
    this.topics = topics;
    this.lake = lake;
    this.book = book;
    this.recent = recent;
    this.clock = clock;
    this.timeout = timeout;
  }

  /**
   * A place to stand on for a shard that is not being read: without one, the consumer would look
   * for an offset of the group, which does not exist.
   */
  void park(TopicPartition place) {
    consumer.pause(List.of(place));
    consumer.seek(place, 0);
  }

  void join(ShardTrack track, TableTrack tableTrack) {
    Optional<String> id = topics.idOf(track.place().topic());
    if (id.isEmpty()) {
      // Deleted a moment ago: the group will take it away.
      return;
    }
    LogShard shard = new LogShard(id.get(), track.place().partition());
    try {
      StreamTables tables = StreamTables.open(lake, track.stream(), shard);
      Optional<String> contradiction = tables.contradiction(shard);
      if (contradiction.isPresent()) {
        Repeats.drop(recent, track.stream(), shard);
        stop(track, contradiction.get());
        return;
      }
      Resume resume = Resume.decide(tables.lowest(shard), begin(track.place()), end(track.place()));
      if (resume instanceof Resume.Trimmed trimmed) {
        Repeats.drop(recent, track.stream(), shard);
        stop(track, gap(track, trimmed));
      } else if (resume instanceof Resume.BeyondEnd beyond) {
        stop(track, beyond(track, beyond));
      } else if (resume instanceof Resume.From from) {
        DeadLetterBook.Cover cover = book.cover(shard, from.progress().nextOffset());
        tableTrack.opened(tables.all());
        long next = from.progress().nextOffset();
        track.read(
            shard,
            next,
            tables.standpoints(shard, next),
            cover,
            Repeats.of(recent, track.stream(), shard, next, lake::load));
        consumer.seek(track.place(), next);
        consumer.resume(List.of(track.place()));
        LOG.info("reading {} from offset {}", track.place(), next);
      }
    } catch (TableMismatchException | TableProgress.UnreadableProgressException e) {
      stop(track, e.getMessage());
    } catch (ForbiddenException
        | NoSuchTableException
        | NotFoundException
        | ValidationException
        | UnsupportedOperationException e) {
      // This table is at fault, not the lake: the other streams go on.
      stop(track, TableLayout.identifier(track.stream()) + ": " + e.getMessage());
    }
  }

  void stop(ShardTrack track, String why) {
    track.stop(new ShardState.Stopped(why, clock.instant()));
    park(track.place());
    LOG.error("shard {} stops: {}", track.place(), why);
  }

  private long begin(TopicPartition place) {
    Map<TopicPartition, Long> offsets = consumer.beginningOffsets(List.of(place), timeout);
    return offsets.get(place);
  }

  private long end(TopicPartition place) {
    Map<TopicPartition, Long> offsets = consumer.endOffsets(List.of(place), timeout);
    return offsets.get(place);
  }

  private static String gap(ShardTrack track, Resume.Trimmed trimmed) {
    return "offsets ["
        + trimmed.from()
        + ", "
        + trimmed.to()
        + ") of "
        + track.place()
        + " are gone from the log and not in the table: the log begins at "
        + trimmed.to();
  }

  private static String beyond(ShardTrack track, Resume.BeyondEnd beyond) {
    return "the table needs offset "
        + beyond.needed()
        + " of "
        + track.place()
        + " next, but the log ends at "
        + beyond.logEnd()
        + ": it lost what it had acknowledged, or is another log";
  }
}
