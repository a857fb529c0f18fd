package dev.sluice.ingest.mqtt;

import dev.sluice.ingest.intake.EventResult;
import io.vertx.mqtt.messages.codes.MqttPubAckReasonCode;
import java.util.Objects;

/** What a client is to be told of a message. */
sealed interface Verdict {
  /** It is held: as an event, or as bytes whose sender cannot be told that they are none. */
  record Held() implements Verdict {}

  /** It is not held, and is not to be sent again as it is. */
  record Refused(MqttPubAckReasonCode code, String why) implements Verdict {
    public Refused {
      Objects.requireNonNull(code, "code");
      Objects.requireNonNull(why, "why");
    }
  }

  /** The log did not say that it has it. The client keeps it, and sends it when it comes again. */
  record Unheld(String why) implements Verdict {
    public Unheld {
      Objects.requireNonNull(why, "why");
    }
  }

  Verdict HELD = new Held();

  /** Whether the log was never given it, by its own fault. */
  static boolean neverTaken(EventResult result) {
    return result instanceof EventResult.Refusal refusal
        && refusal.reason().equals(EventResult.UNAVAILABLE);
  }

  static Verdict of(EventResult result) {
    if (result instanceof EventResult.Receipt) {
      return HELD;
    }
    if (result instanceof EventResult.Undecided undecided) {
      return new Unheld(undecided.detail());
    }
    EventResult.Refusal refusal = (EventResult.Refusal) result;
    return neverTaken(result)
        ? new Unheld(refusal.detail())
        : new Refused(
            MqttPubAckReasonCode.PAYLOAD_FORMAT_INVALID,
            refusal.reason() + ": " + refusal.detail());
  }
}
