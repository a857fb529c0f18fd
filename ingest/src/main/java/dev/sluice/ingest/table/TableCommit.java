package dev.sluice.ingest.table;

import dev.sluice.ingest.protocol.CommitProtocol;
import dev.sluice.ingest.protocol.Decision;
import dev.sluice.ingest.protocol.History;
import dev.sluice.ingest.protocol.Interval;
import dev.sluice.ingest.protocol.IntervalsDecision;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits a batch exactly once.
 *
 * <p>Each attempt reads the table afresh, decides, and sends one Iceberg transaction: an append,
 * which makes a snapshot even when there is no row, and the new properties. The catalog applies it
 * only if the table's main branch is still where this worker saw it; that requirement, which only a
 * snapshot brings, is the fence. Iceberg retries on a moved branch by itself; the validation then
 * asks the same question of the newer base. Whatever an attempt ends in, success apart, the next
 * one begins by reading afresh: a landed commit shows in its property, and one still on its way
 * fails its requirement once another has landed.
 *
 * <p>Data files are never deleted here; whether they may be, the outcome says.
 */
public final class TableCommit {

  private static final Logger LOG = LoggerFactory.getLogger(TableCommit.class);

  /** Waits between attempts, longer with each; says whether to go on. */
  public interface Pause {
    boolean after(int attempt);
  }

  private final LakeConnection lake;
  private final int attemptsMax;
  private final Pause pause;

  public TableCommit(LakeConnection lake, int attemptsMax, Pause pause) {
    this.lake = lake;
    this.attemptsMax = attemptsMax;
    this.pause = pause;
  }

  public CommitOutcome commit(TableIdentifier identifier, IntervalBatch batch) {
    RuntimeException last = new IllegalStateException("no attempt was made");
    boolean unanswered = false;
    for (int attempt = 1; attempt <= attemptsMax; attempt++) {
      try {
        Table table = lake.load(identifier);
        Optional<CommitOutcome> settled = attempt(table, batch);
        if (settled.isPresent()) {
          return unanswered ? settled.get() : refusedForGood(table, batch, settled.get());
        }
      } catch (TableProgress.UnreadableProgressException e) {
        return new CommitOutcome.Contradicted(
            batch.intervals().stream()
                .collect(Collectors.toMap(Interval::shard, interval -> e.getMessage())));
      } catch (RuntimeException e) {
        // Refused or unknown: the next look at the table tells which.
        unanswered |= !(e instanceof CommitFailedException || e instanceof ValidationException);
        LOG.warn(
            "commit to {}, attempt {} of {}: {}", identifier, attempt, attemptsMax, e.toString());
        last = e;
      }
      if (attempt == attemptsMax || !pause.after(attempt)) {
        break;
      }
    }
    return new CommitOutcome.Unknown(last);
  }

  /**
   * What was refused without a request that may have landed or still may: each was answered, and
   * with no. That no snapshot says otherwise is looked at all the same.
   */
  private static CommitOutcome refusedForGood(
      Table table, IntervalBatch batch, CommitOutcome outcome) {
    if (!(outcome instanceof CommitOutcome.Refused refused)) {
      return outcome;
    }
    for (Snapshot snapshot : table.snapshots()) {
      for (Interval interval : batch.intervals()) {
        if (batch.worker().equals(snapshot.summary().get(TableProgress.SUMMARY_WORKER))
            && TableProgress.note(interval)
                .equals(snapshot.summary().get(interval.shard().propertyKey()))) {
          return outcome;
        }
      }
    }
    return new CommitOutcome.Unsent(describe(refused.decisions()));
  }

  private static Optional<CommitOutcome> attempt(Table table, IntervalBatch batch) {
    Map<LogShard, String> contradictions = contradictions(table, batch.intervals());
    if (!contradictions.isEmpty()) {
      return Optional.of(new CommitOutcome.Contradicted(contradictions));
    }
    IntervalsDecision decision = decide(table, batch.intervals());
    if (decision instanceof IntervalsDecision.AllCommitted in) {
      return Optional.of(
          new CommitOutcome.Committed(in.progress(), EventTimes.watermark(table.properties())));
    }
    if (decision instanceof IntervalsDecision.Refused refused) {
      return Optional.of(new CommitOutcome.Refused(refused.decisions()));
    }
    Map<LogShard, ShardProgress> progress = ((IntervalsDecision.AppendAll) decision).progress();
    Transaction transaction = table.newTransaction();
    stage(transaction, batch, progress);
    transaction.commitTransaction();
    return Optional.of(
        new CommitOutcome.Committed(progress, EventTimes.watermark(table.properties())));
  }

  /** Puts a batch's append and its new properties into a transaction. */
  static void stage(
      Transaction transaction, IntervalBatch batch, Map<LogShard, ShardProgress> progress) {
    AppendFiles append = transaction.newAppend();
    batch.files().forEach(append::appendFile);
    append.set(TableProgress.SUMMARY_WORKER, batch.worker());
    append.set(
        TableProgress.SUMMARY_DAYS,
        batch.days().stream().map(LocalDate::toString).collect(Collectors.joining(",")));
    for (Interval interval : batch.intervals()) {
      append.set(interval.shard().propertyKey(), TableProgress.note(interval));
    }
    // Inside a transaction, its table is the base the append is being applied to; and what is set
    // here goes into the summary, which is made after it.
    AtomicReference<UpdateProperties> properties = new AtomicReference<>();
    append.validateWith(
        ancestors -> {
          Table base = transaction.table();
          append.set(
              TableProgress.SUMMARY_STANDING, TableProgress.carriedOn(base, progress.keySet()));
          if (properties.get() != null) {
            // Tried again on a newer base: the transaction puts the properties on it afterwards.
            batch.times().put(base.properties(), progress.keySet(), properties.get());
          }
          return stillApplies(base, batch.intervals(), progress);
        });
    append.commit();
    UpdateProperties update = transaction.updateProperties();
    properties.set(update);
    progress.forEach((shard, to) -> update.set(shard.propertyKey(), to.encode()));
    batch.times().put(transaction.table().properties(), progress.keySet(), update);
    update.commit();
  }

  private static boolean stillApplies(
      Table base, List<Interval> intervals, Map<LogShard, ShardProgress> progress) {
    return contradictions(base, intervals).isEmpty()
        && decide(base, intervals).equals(new IntervalsDecision.AppendAll(progress));
  }

  static IntervalsDecision decide(Table table, List<Interval> intervals) {
    Map<LogShard, ShardProgress> observed = new HashMap<>();
    for (Interval interval : intervals) {
      TableProgress.of(table, interval.shard())
          .ifPresent(progress -> observed.put(interval.shard(), progress));
    }
    return CommitProtocol.decideAll(observed, intervals);
  }

  static Map<LogShard, String> contradictions(Table table, List<Interval> intervals) {
    Map<LogShard, String> why = new HashMap<>();
    for (Interval interval : intervals) {
      if (TableProgress.history(table, interval.shard()) instanceof History.Disagrees disagrees) {
        why.put(interval.shard(), table.name() + ": " + disagrees.why());
      }
    }
    return why;
  }

  /** One line for people: what stood in the way. */
  public static String describe(Map<LogShard, Decision> decisions) {
    return decisions.entrySet().stream()
        .filter(entry -> !(entry.getValue() instanceof Decision.Append))
        .map(entry -> entry.getKey() + ": " + entry.getValue())
        .sorted()
        .collect(Collectors.joining("; "));
  }
}
