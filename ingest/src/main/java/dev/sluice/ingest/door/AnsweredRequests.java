package dev.sluice.ingest.door;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Requests with an idempotency key, while they are under way and for a while after: the answer of
 * one is given again to its repetition. A bounded number of them, in memory.
 */
final class AnsweredRequests {
  /** Whose key it is, and for which stream: others may use the same. */
  record Name(String writeKey, String stream, String key) {
    Name {
      Objects.requireNonNull(writeKey, "writeKey");
      Objects.requireNonNull(stream, "stream");
      Objects.requireNonNull(key, "key");
    }
  }

  /** What a request is, to those before it. */
  sealed interface Standing {}

  /** The first: it is to be carried out, and then {@link #answered} or {@link #forget} told. */
  record First() implements Standing {}

  record UnderWay() implements Standing {}

  record OtherBody() implements Standing {}

  record Repeated(int status, Buffer json) implements Standing {
    Repeated {
      Objects.requireNonNull(json, "json");
    }
  }

  private record Kept(String digest, int status, Buffer json, Instant at) {}

  private final IdempotencySettings settings;
  private final Map<Name, String> underWay = new LinkedHashMap<>();
  private final Map<Name, Kept> kept = new LinkedHashMap<>();
  private long bytes;

  AnsweredRequests(IdempotencySettings settings) {
    this.settings = settings;
  }

  synchronized Standing begin(Name name, String digest, Instant now) {
    expire(now);
    Kept before = kept.get(name);
    if (before != null) {
      return before.digest.equals(digest)
          ? new Repeated(before.status, before.json)
          : new OtherBody();
    }
    String current = underWay.putIfAbsent(name, digest);
    if (current == null) {
      return new First();
    }
    return current.equals(digest) ? new UnderWay() : new OtherBody();
  }

  synchronized void answered(Name name, int status, Buffer json, Instant now) {
    String digest = underWay.remove(name);
    if (digest != null) {
      kept.put(name, new Kept(digest, status, json, now));
      bytes += json.length();
      expire(now);
    }
  }

  /** Nothing was done: it may be tried again under the same key. */
  synchronized void forget(Name name) {
    underWay.remove(name);
  }

  synchronized int size() {
    return kept.size();
  }

  private void expire(Instant now) {
    Iterator<Kept> oldest = kept.values().iterator();
    while (oldest.hasNext()) {
      Kept first = oldest.next();
      boolean full = kept.size() > settings.requests() || bytes > settings.bytes().bytes();
      if (!full && now.isBefore(first.at.plus(settings.window()))) {
        return;
      }
      bytes -= first.json.length();
      oldest.remove();
    }
  }
}
