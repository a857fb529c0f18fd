package dev.sluice.ingest.protocol;

import java.util.Map;

/**
 * What may be done with the intervals of several shards whose rows share files. All or nothing:
 * files that hold one shard's rows that are already in cannot be appended for another's sake.
 */
public sealed interface IntervalsDecision {

  /** Every shard may be appended; the properties to set. */
  record AppendAll(Map<LogShard, ShardProgress> progress) implements IntervalsDecision {
    public AppendAll {
      progress = Map.copyOf(progress);
    }
  }

  /** Every shard is in already: the commit whose answer was lost had landed. */
  record AllCommitted(Map<LogShard, ShardProgress> progress) implements IntervalsDecision {
    public AllCommitted {
      progress = Map.copyOf(progress);
    }
  }

  /**
   * At least one shard may not be appended: drop what is pending and read again from where the
   * table stands.
   */
  record Refused(Map<LogShard, Decision> decisions) implements IntervalsDecision {
    public Refused {
      decisions = Map.copyOf(decisions);
    }
  }
}
