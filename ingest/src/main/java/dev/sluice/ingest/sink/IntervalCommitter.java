package dev.sluice.ingest.sink;

import dev.sluice.ingest.deadletter.DeadLetterTable;
import dev.sluice.ingest.deadletter.RowsAndLetters;
import dev.sluice.ingest.protocol.Interval;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.stream.Stream;
import dev.sluice.ingest.table.CommitOutcome;
import dev.sluice.ingest.table.EventTimes;
import dev.sluice.ingest.table.IntervalBatch;
import dev.sluice.ingest.table.SnapshotBound;
import dev.sluice.ingest.table.TableCommit;
import dev.sluice.ingest.table.TableLayout;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits what a worker holds for the tables of one stream. */
final class IntervalCommitter {

  private static final Logger LOG = LoggerFactory.getLogger(IntervalCommitter.class);

  /** How many commits pass between two looks at the length of the table's list of snapshots. */
  private static final int COMMITS_PER_BOUND = 25;

  /** What became of it, as far as the worker must act. */
  sealed interface Outcome {

    /** It is in: where each shard and the watermark stand now, and how long it took. */
    record Done(Map<LogShard, Long> next, Duration cost, Optional<Instant> watermark)
        implements Outcome {
      public Done {
        next = Map.copyOf(next);
        Objects.requireNonNull(cost, "cost");
        Objects.requireNonNull(watermark, "watermark");
      }
    }

    /** Read again from where the table stands; what each of these shards must stop for. */
    record ReadAgain(Map<LogShard, String> stopped) implements Outcome {
      public ReadAgain {
        stopped = Map.copyOf(stopped);
      }
    }
  }

  private final Map<TableIdentifier, Integer> commits = new ConcurrentHashMap<>();
  private final String worker;
  private final RowsAndLetters commit;
  private final TopicIds topics;
  private final SnapshotBound bound;
  private final SinkMeters meters;
  private final InstantSource clock;
  private final Function<TableIdentifier, Table> tables;

  IntervalCommitter(
      String worker,
      RowsAndLetters commit,
      TopicIds topics,
      SnapshotBound bound,
      SinkMeters meters,
      InstantSource clock,
      Function<TableIdentifier, Table> tables) {
    this.worker = worker;
    this.commit = commit;
    this.topics = topics;
    this.bound = bound;
    this.meters = meters;
    this.clock = clock;
    this.tables = tables;
  }

  /**
   * Commits the intervals of these shards, which are all the shards whose rows the files hold. It
   * may be called by several threads, for several tables.
   */
  Outcome commit(Stream stream, Held held, List<ShardIntervals> taken, EventTimes times) {
    long begin = System.nanoTime();
    if (!sameTopic(stream, taken)) {
      // What was read is of the old topic, or of the new one, or of both: nobody can say.
      return unsent(stream, held, "topic " + stream.topic() + " was made anew");
    }
    List<List<DataFile>> files;
    try {
      files = held.finish();
    } catch (RuntimeException e) {
      held.discard();
      return failed(stream, taken, e);
    }
    Map<TableIdentifier, IntervalBatch> batches = batches(stream, held, files, taken, times);
    Map<LogShard, Long> next =
        taken.stream().collect(Collectors.toMap(ShardIntervals::shard, ShardIntervals::to));
    CommitOutcome outcome;
    try {
      outcome = commit.commit(batches, next, held.letters());
    } catch (RuntimeException e) {
      // What failed is outside of what is tried again: dead letters could not be written or read.
      return failed(stream, taken, e);
    }
    if (outcome instanceof CommitOutcome.Unsent unsent) {
      return unsent(stream, held, unsent.why());
    }
    if (outcome instanceof CommitOutcome.Committed committed) {
      Duration cost = Duration.ofNanos(System.nanoTime() - begin);
      List<DataFile> all = files.stream().flatMap(List::stream).toList();
      meters.committed(stream.name(), held, all, cost);
      batches.keySet().forEach(this::boundNowAndThen);
      if (!held.letters().isEmpty()) {
        boundNowAndThen(DeadLetterTable.IDENTIFIER);
      }
      return new Outcome.Done(next, cost, committed.watermark());
    }
    return refused(stream, outcome);
  }

  /** Every table has its part in the commit, with rows or without; none that has all of it. */
  private Map<TableIdentifier, IntervalBatch> batches(
      Stream stream,
      Held held,
      List<List<DataFile>> files,
      List<ShardIntervals> taken,
      EventTimes times) {
    List<TableIdentifier> tables = TableLayout.identifiers(stream);
    Map<TableIdentifier, IntervalBatch> batches = new LinkedHashMap<>();
    for (int i = 0; i < tables.size(); i++) {
      int place = i;
      List<Interval> intervals =
          taken.stream()
              .flatMap(each -> Optional.ofNullable(each.byTable().get(place)).stream())
              .toList();
      if (!intervals.isEmpty()) {
        batches.put(
            tables.get(i),
            new IntervalBatch(worker, intervals, files.get(i), held.days().get(i), times));
      }
    }
    return batches;
  }

  /** Says of shards that they are idle, so that they hold the watermark back no more. */
  void markIdle(TableIdentifier table, List<LogShard> shards) {
    try {
      EventTimes.markIdle(tables.apply(table), shards);
    } catch (RuntimeException e) {
      // Nothing depends on it, and it is said again after a while.
      LOG.info("{} of {} were not said to be idle: {}", shards, table, e.toString());
    }
  }

  /** This table alone is at fault, as far as is known: its shards wait, the others go on. */
  private Outcome failed(Stream stream, List<ShardIntervals> taken, RuntimeException why) {
    dropped(stream, why.toString());
    return new Outcome.ReadAgain(
        taken.stream().collect(Collectors.toMap(ShardIntervals::shard, i -> describe(why))));
  }

  /** One line for people, with what lies under it where that says more. */
  static String describe(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return "nothing can be written: "
        + (root == failure ? failure.toString() : failure.getMessage() + ": " + root.getMessage());
  }

  private boolean sameTopic(Stream stream, List<ShardIntervals> taken) {
    String now = topics.idOf(stream.topic()).orElse("");
    return taken.stream().allMatch(i -> i.shard().topicId().equals(now));
  }

  private Outcome unsent(Stream stream, Held held, String why) {
    dropped(stream, why);
    held.discard();
    return new Outcome.ReadAgain(Map.of());
  }

  private void boundNowAndThen(TableIdentifier table) {
    if (commits.merge(table, 1, Integer::sum) % COMMITS_PER_BOUND != 0) {
      return;
    }
    try {
      bound.keep(table, clock.instant());
    } catch (RuntimeException e) {
      // Somebody else changed the table just now: next time.
      LOG.info("snapshots of {} were not expired: {}", table, e.toString());
    }
  }

  /** The files stay where they are: a commit that names them may be on its way. */
  private Outcome refused(Stream stream, CommitOutcome outcome) {
    if (outcome instanceof CommitOutcome.Contradicted contradicted) {
      dropped(stream, "the table contradicts itself");
      return new Outcome.ReadAgain(contradicted.why());
    }
    dropped(
        stream,
        outcome instanceof CommitOutcome.Refused refused
            ? TableCommit.describe(refused.decisions())
            : ((CommitOutcome.Unknown) outcome).cause().toString());
    return new Outcome.ReadAgain(Map.of());
  }

  private void dropped(Stream stream, String why) {
    LOG.warn("interval of {} is dropped and read again: {}", TableLayout.identifier(stream), why);
    meters.failed(stream.name());
  }
}
