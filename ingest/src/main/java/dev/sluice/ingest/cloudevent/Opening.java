package dev.sluice.ingest.cloudevent;

import java.util.Objects;

/** What came of opening an envelope. */
public sealed interface Opening permits OpenedEvent, Opening.Wrong {
  /** It is no CloudEvent that can be taken. */
  record Wrong(String reason, String detail) implements Opening {
    public Wrong {
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(detail, "detail");
    }
  }

  /** The reason of an envelope that lacks what it must have, or has what it must not. */
  String BAD_ENVELOPE = "bad-envelope";
}
