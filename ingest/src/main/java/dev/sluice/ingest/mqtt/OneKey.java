package dev.sluice.ingest.mqtt;

import dev.sluice.daemon.Secret;
import dev.sluice.ingest.stream.Stream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** One key that opens every stream. */
public final class OneKey implements Keys {
  private static final Grant ALL =
      new Grant() {
        @Override
        public String owner() {
          return "write-key";
        }

        @Override
        public boolean mayWrite(Stream stream) {
          return true;
        }
      };

  private final byte[] key;

  public OneKey(Secret key) {
    this.key = key.value().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Optional<Grant> open(Shown shown) {
    return shown
        .key()
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .filter(bytes -> MessageDigest.isEqual(bytes, key))
        .map(match -> ALL);
  }
}
