package dev.sluice.ingest.receipt;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Where an event is. */
public sealed interface Whereabouts {
  /** In the log, and no table has come so far: the next offset it will read. */
  record Pending(long next) implements Whereabouts {}

  /** A row; the commit is not told once its snapshot has expired. */
  record Visible(String table, Optional<Commit> commit) implements Whereabouts {
    public Visible {
      Objects.requireNonNull(table, "table");
      Objects.requireNonNull(commit, "commit");
    }
  }

  /** A snapshot and when it was made. */
  record Commit(long snapshot, Instant at) {
    public Commit {
      Objects.requireNonNull(at, "at");
    }
  }

  /** Kept, and no row. */
  record DeadLetter(String reason, String detail) implements Whereabouts {
    public DeadLetter {
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(detail, "detail");
    }
  }

  /** An event of the same id had its row before. */
  record Duplicate() implements Whereabouts {}

  /** The tables have passed it, and hold neither a row nor a letter of it: it was deleted. */
  record Gone() implements Whereabouts {}

  /** There is no such place in the log. */
  record Unknown(String why) implements Whereabouts {
    public Unknown {
      Objects.requireNonNull(why, "why");
    }
  }
}
