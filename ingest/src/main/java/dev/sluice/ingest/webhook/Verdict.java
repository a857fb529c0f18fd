package dev.sluice.ingest.webhook;

import java.util.Objects;
import java.util.Optional;

/** Whether a call is what it says it is. */
sealed interface Verdict {

  /** It is; a second one of the same id is the first one again. */
  record Genuine(Optional<String> id) implements Verdict {
    public Genuine {
      Objects.requireNonNull(id, "id");
    }
  }

  /** It is not, or cannot be shown to be. */
  record Doubtful(String why) implements Verdict {
    public Doubtful {
      Objects.requireNonNull(why, "why");
    }
  }
}
