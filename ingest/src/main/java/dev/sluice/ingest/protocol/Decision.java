package dev.sluice.ingest.protocol;

import java.util.Objects;

/** What may be done with one shard's interval, named by outcome. */
public sealed interface Decision {

  /** The table stands exactly where the interval begins: append, and leave this progress behind. */
  record Append(ShardProgress progress) implements Decision {
    public Append {
      Objects.requireNonNull(progress, "progress");
    }
  }

  /** The table stands exactly where the interval ends: it is in. */
  record AlreadyCommitted(ShardProgress progress) implements Decision {
    public AlreadyCommitted {
      Objects.requireNonNull(progress, "progress");
    }
  }

  /**
   * The table has moved past the interval's begin to some other place: another worker owns the
   * shard's progress.
   */
  record Fenced(ShardProgress observed, String why) implements Decision {
    public Fenced {
      Objects.requireNonNull(observed, "observed");
      Objects.requireNonNull(why, "why");
    }
  }

  /** The table stands before the interval: appending would leave out [from, to). */
  record Gap(long from, long to) implements Decision {
    public Gap {
      if (to <= from) {
        throw new IllegalArgumentException("a gap is not empty: [" + from + ", " + to + ")");
      }
    }
  }
}
