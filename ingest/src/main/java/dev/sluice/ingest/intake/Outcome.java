package dev.sluice.ingest.intake;

import dev.sluice.ingest.key.Ruling;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;

/** What became of a submission. */
public sealed interface Outcome {
  /** Its events were read; what became of each is in the answer, written out already. */
  record Answered(int status, Buffer json) implements Outcome {
    public Answered {
      Objects.requireNonNull(json, "json");
    }
  }

  /** Its key may not send so many events now; nothing of it is in the log. */
  record Limited(Ruling ruling) implements Outcome {
    public Limited {
      Objects.requireNonNull(ruling, "ruling");
    }
  }

  /** It was turned away as a whole; nothing of it is in the log. */
  record TurnedAway(int status, String type, String why) implements Outcome {
    public TurnedAway {
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(why, "why");
    }
  }
}
