package dev.sluice.ingest.door;

import dev.sluice.ingest.intake.EventSender;
import dev.sluice.ingest.key.WriteKey;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an open door lends to the rooms behind it.
 *
 * @param keys the key a request shows; a request that shows none is answered
 */
public record Lobby(
    EventSender sender, Bodies bodies, Function<HttpServerRequest, Optional<WriteKey>> keys) {
  public Lobby {
    Objects.requireNonNull(sender, "sender");
    Objects.requireNonNull(bodies, "bodies");
    Objects.requireNonNull(keys, "keys");
  }
}
