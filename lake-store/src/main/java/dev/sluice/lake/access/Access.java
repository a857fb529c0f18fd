package dev.sluice.lake.access;

import dev.sluice.awswire.Credential;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The keys, and the one place that decides. */
public final class Access {
  /** A key with its grants spelled out once. */
  private record Holder(AccessKey key, List<Grant> grants) {}

  private final Map<String, Holder> holders = new ConcurrentHashMap<>();

  public Access(List<AccessKey> keys) {
    for (AccessKey key : keys) {
      holders.put(key.id(), new Holder(key, List.copyOf(key.granted())));
    }
  }

  /** Makes a key that expires good from now on; those that have expired are forgotten. */
  public void lend(AccessKey key, Instant at) {
    if (key.expires().isEmpty()) {
      throw new IllegalArgumentException("a key that is lent expires");
    }
    holders.values().removeIf(holder -> holder.key().expired(at));
    holders.put(key.id(), new Holder(key, List.copyOf(key.granted())));
  }

  /** What proves that a caller holds a key; nothing does for one that is expired or unknown. */
  public Optional<Credential> credential(String accessKey, Instant at) {
    return Optional.ofNullable(holders.get(accessKey))
        .map(Holder::key)
        .filter(key -> !key.expired(at))
        .map(key -> new Credential(key.id(), key.secret().value()));
  }

  /** Whose key it is; nobody's belongs to no account. */
  public Optional<String> account(Caller caller) {
    return caller instanceof Caller.KeyHolder holder
        ? Optional.ofNullable(holders.get(holder.accessKey())).map(each -> each.key().account())
        : Optional.empty();
  }

  /** Pure: the same request gets the same answer for as long as the keys are the same. */
  public Decision decide(AccessRequest request) {
    if (!(request.caller() instanceof Caller.KeyHolder caller)) {
      return new Decision.Denied("anonymous requests are not allowed");
    }
    Holder holder = holders.get(caller.accessKey());
    if (holder == null) {
      return new Decision.Denied("the key " + caller.accessKey() + " is not known");
    }
    if (holder.key().expired(request.at())) {
      return new Decision.Denied("the key " + caller.accessKey() + " has expired");
    }
    if (request.owner().filter(owner -> !owner.equals(holder.key().account())).isPresent()) {
      return new Decision.Denied("the bucket belongs to another account");
    }
    for (Grant grant : holder.grants()) {
      if (grant.permits(request.right(), request.target())) {
        return new Decision.Allowed();
      }
    }
    return new Decision.Denied(
        "the key " + caller.accessKey() + " has no grant for " + request.operation() + " here");
  }
}
