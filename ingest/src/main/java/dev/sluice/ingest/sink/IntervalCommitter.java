package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetterTable;
import dev.sluice.ingest.deadletter.RowsAndLetters;
import dev.sluice.ingest.protocol.Interval;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.table.CommitOutcome;
import dev.sluice.ingest.table.IntervalBatch;
import dev.sluice.ingest.table.SnapshotBound;
import dev.sluice.ingest.table.TableCommit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits what a worker holds for one table. */
final class IntervalCommitter {

  private static final Logger LOG = LoggerFactory.getLogger(IntervalCommitter.class);

  /** How many commits pass between two looks at the length of the table's list of snapshots. */
  private static final int COMMITS_PER_BOUND = 25;

  /** What became of it, as far as the worker must act. */
  sealed interface Outcome {
    record Done() implements Outcome {}

    /** Read again from where the table stands; what each of these shards must stop for. */
    record ReadAgain(Map<LogShard, String> stopped) implements Outcome {
      public ReadAgain {
        stopped = Map.copyOf(stopped);
      }
    }
  }

  private final String worker;
  private final RowsAndLetters commit;
  private final TopicIds topics;
  private final SnapshotBound bound;
  private final SinkMeters meters;
  private final InstantSource clock;

  IntervalCommitter(
      String worker,
      RowsAndLetters commit,
      TopicIds topics,
      SnapshotBound bound,
      SinkMeters meters,
      InstantSource clock) {
    this.worker = worker;
    this.commit = commit;
    this.topics = topics;
    this.bound = bound;
    this.meters = meters;
    this.clock = clock;
  }

  /**
   * Commits the intervals of these shards, which are all the shards whose rows the table's files
   * hold.
   */
  Outcome commit(TableTrack table, List<ShardTrack> shards) {
    Map<ShardTrack, Interval> intervals = new HashMap<>();
    shards.forEach(track -> track.interval().ifPresent(i -> intervals.put(track, i)));
    if (intervals.isEmpty()) {
      table.discard();
      return new Outcome.Done();
    }
    long begin = System.nanoTime();
    if (!sameTopic(table, intervals)) {
      // What was read is of the old topic, or of the new one, or of both: nobody can say.
      return unsent(table, "topic " + table.stream().name() + " was made anew");
    }
    IntervalBatch batch =
        new IntervalBatch(
            worker, new ArrayList<>(intervals.values()), table.finish(), table.days());
    CommitOutcome outcome = commit.commit(table.identifier(), batch, table.letters());
    if (outcome instanceof CommitOutcome.Unsent unsent) {
      return unsent(table, unsent.why());
    }
    if (outcome instanceof CommitOutcome.Committed committed) {
      done(table, intervals, committed, begin);
      return new Outcome.Done();
    }
    return refused(table, outcome);
  }

  private boolean sameTopic(TableTrack table, Map<ShardTrack, Interval> intervals) {
    String now = topics.idOf(table.stream().name()).orElse("");
    return intervals.values().stream().allMatch(i -> i.shard().topicId().equals(now));
  }

  private Outcome unsent(TableTrack table, String why) {
    LOG.warn("interval of {} is dropped and read again: {}", table.identifier(), why);
    meters.failed(table.stream().name());
    table.discard();
    return new Outcome.ReadAgain(Map.of());
  }

  private void done(
      TableTrack table,
      Map<ShardTrack, Interval> intervals,
      CommitOutcome.Committed committed,
      long begin) {
    Duration cost = Duration.ofNanos(System.nanoTime() - begin);
    long letters = 0;
    for (Map.Entry<ShardTrack, Interval> entry : intervals.entrySet()) {
      letters += entry.getValue().counts().deadLetters();
      entry.getKey().commit(committed.progress().get(entry.getValue().shard()));
    }
    meters.committed(table.stream().name(), table.rows(), letters, cost);
    if (table.committed(cost) % COMMITS_PER_BOUND == 0) {
      Instant now = clock.instant();
      try {
        bound.keep(table.identifier(), now);
        if (letters > 0) {
          bound.keep(DeadLetterTable.IDENTIFIER, now);
        }
      } catch (RuntimeException e) {
        // Somebody else changed the table just now: next time.
        LOG.info("snapshots of {} were not expired: {}", table.identifier(), e.toString());
      }
    }
  }

  private Outcome refused(TableTrack table, CommitOutcome outcome) {
    Map<LogShard, String> stopped = Map.of();
    String why;
    if (outcome instanceof CommitOutcome.Contradicted contradicted) {
      stopped = contradicted.why();
      why = "the table contradicts itself";
    } else if (outcome instanceof CommitOutcome.Refused refused) {
      why = TableCommit.describe(refused.decisions());
    } else {
      why = ((CommitOutcome.Unknown) outcome).cause().toString();
    }
    LOG.warn("interval of {} is dropped and read again: {}", table.identifier(), why);
    meters.failed(table.stream().name());
    table.forget();
    return new Outcome.ReadAgain(stopped);
  }
}
