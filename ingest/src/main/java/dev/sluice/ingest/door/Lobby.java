package dev.sluice.ingest.door;

import dev.sluice.ingest.intake.EventSender;
import java.util.Objects;

/** What an open door lends to the rooms behind it. */
public record Lobby(EventSender sender, Bodies bodies) {
  public Lobby {
    Objects.requireNonNull(sender, "sender");
    Objects.requireNonNull(bodies, "bodies");
  }
}
