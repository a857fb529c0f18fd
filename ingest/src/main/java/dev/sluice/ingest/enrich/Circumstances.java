package dev.sluice.ingest.enrich;

import java.util.Objects;
import java.util.Optional;

/**
 * What is known of who sent an event, besides the event.
 *
 * @param address the peer's address
 * @param forwarded what proxies say of the addresses in front of them: X-Forwarded-For
 * @param userAgent the sender's program, by its own account
 * @param referrer where the sender was sent from, by its own account
 */
public record Circumstances(
    Optional<String> address,
    Optional<String> forwarded,
    Optional<String> userAgent,
    Optional<String> referrer) {
  /** Of an event that comes by a way on which nothing of it is known. */
  public static final Circumstances UNKNOWN =
      new Circumstances(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public Circumstances {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(forwarded, "forwarded");
    Objects.requireNonNull(userAgent, "userAgent");
    Objects.requireNonNull(referrer, "referrer");
  }

  /** The sender's address, seen through so many proxies of ours; each adds the one it saw. */
  Optional<String> addressBehind(int proxies) {
    if (proxies == 0) {
      return address;
    }
    String[] hops = forwarded.orElse("").split(",", -1);
    int place = hops.length - proxies;
    // Whatever stands before that the sender may have written.
    return place < 0 || hops[place].isBlank() ? Optional.empty() : Optional.of(hops[place].strip());
  }
}
