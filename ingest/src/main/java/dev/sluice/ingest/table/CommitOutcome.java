package dev.sluice.ingest.table;

import dev.sluice.ingest.protocol.Decision;
import dev.sluice.ingest.protocol.LogShard;
import dev.sluice.ingest.protocol.ShardProgress;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What became of a batch. */
public sealed interface CommitOutcome {

  /** It is in the table, by this commit or by one whose answer was lost. */
  record Committed(Map<LogShard, ShardProgress> progress, Optional<Instant> watermark)
      implements CommitOutcome {
    public Committed {
      progress = Map.copyOf(progress);
      Objects.requireNonNull(watermark, "watermark");
    }
  }

  /** It may not go in: the table stands elsewhere for at least one shard. */
  record Refused(Map<LogShard, Decision> decisions) implements CommitOutcome {
    public Refused {
      decisions = Map.copyOf(decisions);
    }

    /** Whether this table would have taken the batch, and another of the same commit did not. */
    public boolean onlyByOthers() {
      return decisions.values().stream().allMatch(Decision.Append.class::isInstance);
    }
  }

  /** The table contradicts itself for these shards: nobody may go on until a person has looked. */
  record Contradicted(Map<LogShard, String> why) implements CommitOutcome {
    public Contradicted {
      why = Map.copyOf(why);
    }
  }

  /**
   * No request that names the batch's files is in or may come to be: none was sent, or each was
   * answered with a refusal. The files may be deleted.
   */
  record Unsent(String why) implements CommitOutcome {
    public Unsent {
      Objects.requireNonNull(why, "why");
    }
  }

  /**
   * The catalog did not answer, again and again. The batch may or may not be in; its files must be
   * kept.
   */
  record Unknown(RuntimeException cause) implements CommitOutcome {
    public Unknown {
      Objects.requireNonNull(cause, "cause");
    }
  }
}
