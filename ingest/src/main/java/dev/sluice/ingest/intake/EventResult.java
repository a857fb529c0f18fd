package dev.sluice.ingest.intake;

import dev.sluice.ingest.stream.Position;
import java.util.Objects;
import java.util.Optional;

/** What became of one event of a request; the index counts its events from 0. */
public sealed interface EventResult {
  int index();

  /** The log holds it, there. */
  record Receipt(int index, int shard, long offset) implements EventResult {}

  /** It waits on the local disk, and the log gets it once it answers. */
  record Spooled(int index) implements EventResult {}

  /** It is not in the log. */
  record Refusal(int index, String reason, String detail, Optional<Position> position)
      implements EventResult {
    public Refusal {
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(detail, "detail");
      Objects.requireNonNull(position, "position");
    }
  }

  /** The log took too long to say: it may hold the event or not. */
  record Undecided(int index, String detail) implements EventResult {
    public Undecided {
      Objects.requireNonNull(detail, "detail");
    }
  }

  /** The reason of a refusal that is the log's fault: nothing was sent to it. */
  String UNAVAILABLE = "unavailable";

  /** The reason an undecided event is told with. */
  String UNKNOWN = "unknown";
}
