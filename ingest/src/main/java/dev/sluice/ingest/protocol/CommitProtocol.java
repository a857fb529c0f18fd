package dev.sluice.ingest.protocol;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The commit decision. It is asked before a commit, again on every base the commit is retried on,
 * and once more, with progress read afresh, when a commit's answer was lost: the three are one
 * question, so they have one answer.
 *
 * <pre>
 * table stands at        decision
 * from                   Append
 * to                     AlreadyCommitted
 * before from            Gap [table, from)
 * anywhere else          Fenced
 * </pre>
 */
public final class CommitProtocol {

  private CommitProtocol() {}

  /** Decides for one shard; a table without a property for the shard stands at 0. */
  public static Decision decide(Optional<ShardProgress> observed, Interval interval) {
    ShardProgress progress = observed.orElse(ShardProgress.START);
    long next = progress.nextOffset();
    if (next == interval.from()) {
      return new Decision.Append(progress.plus(interval.counts()));
    }
    if (next == interval.to()) {
      return new Decision.AlreadyCommitted(progress);
    }
    if (next < interval.from()) {
      return new Decision.Gap(next, interval.from());
    }
    return new Decision.Fenced(
        progress,
        "the table stands at offset "
            + next
            + " of shard "
            + interval.shard()
            + ", this worker holds ["
            + interval.from()
            + ", "
            + interval.to()
            + "): another worker is ahead");
  }

  /** Decides for all shards of one table whose rows lie in the same files. */
  public static IntervalsDecision decideAll(
      Map<LogShard, ShardProgress> observed, Collection<Interval> intervals) {
    Map<LogShard, ShardProgress> append = new HashMap<>();
    Map<LogShard, ShardProgress> committed = new HashMap<>();
    Map<LogShard, Decision> decisions = new HashMap<>();
    for (Interval interval : intervals) {
      LogShard shard = interval.shard();
      Decision decision = decide(Optional.ofNullable(observed.get(shard)), interval);
      if (decisions.put(shard, decision) != null) {
        throw new IllegalArgumentException("two intervals of shard " + shard + " in one commit");
      }
      if (decision instanceof Decision.Append yes) {
        append.put(shard, yes.progress());
      } else if (decision instanceof Decision.AlreadyCommitted in) {
        committed.put(shard, in.progress());
      }
    }
    if (append.size() == decisions.size()) {
      return new IntervalsDecision.AppendAll(append);
    }
    if (committed.size() == decisions.size()) {
      return new IntervalsDecision.AllCommitted(committed);
    }
    return new IntervalsDecision.Refused(decisions);
  }
}
