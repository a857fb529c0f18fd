package dev.sluice.awswire;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The keys that secrets come to in a scope. Deriving one takes four hashes and is the same all day,
 * so the latest are kept.
 */
final class DerivedKeys {
  private static final int MAX = 256;

  private final Map<Origin, byte[]> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Origin, byte[]> eldest) {
          return size() > MAX;
        }
      };

  /** What a key is derived from; a secret that was changed makes another one. */
  private record Origin(Credential credential, Scope scope) {}

  SigningKey key(Credential credential, Scope scope, String timestamp) {
    Origin origin = new Origin(credential, scope);
    byte[] key;
    synchronized (known) {
      key = known.get(origin);
    }
    if (key == null) {
      key = SigningKey.derive(credential, scope);
      synchronized (known) {
        known.put(origin, key);
      }
    }
    return new SigningKey(key, scope, timestamp);
  }
}
