package dev.sluice.lake.access;

import dev.sluice.awswire.Credential;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The keys, and the one place that decides. */
public final class Access {
  private final Map<String, AccessKey> keys;

  public Access(List<AccessKey> keys) {
    this.keys =
        keys.stream().collect(Collectors.toUnmodifiableMap(AccessKey::id, Function.identity()));
  }

  /** What proves that a caller holds a key. */
  public Optional<Credential> credential(String accessKey) {
    return Optional.ofNullable(keys.get(accessKey))
        .map(key -> new Credential(key.id(), key.secret().value()));
  }

  /** Pure: the same request gets the same answer for as long as the keys are the same. */
  public Decision decide(AccessRequest request) {
    if (!(request.caller() instanceof Caller.KeyHolder holder)) {
      return new Decision.Denied("anonymous requests are not allowed");
    }
    AccessKey key = keys.get(holder.accessKey());
    if (key == null) {
      return new Decision.Denied("the key " + holder.accessKey() + " is not known");
    }
    if (key.right().compareTo(request.right()) < 0) {
      return new Decision.Denied(
          request.operation()
              + " needs the right "
              + request.right()
              + "; the key has "
              + key.right());
    }
    if (!key.buckets().isEmpty() && request.bucket().filter(key.buckets()::contains).isEmpty()) {
      return new Decision.Denied("the key is not for this bucket");
    }
    return new Decision.Allowed();
  }
}
