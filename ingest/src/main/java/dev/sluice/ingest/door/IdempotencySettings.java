package dev.sluice.ingest.door;

import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;
import java.util.Objects;

/**
 * What is remembered of requests with an {@code Idempotency-Key}.
 *
 * @param window how long an answer is given again
 * @param requests the most requests remembered
 * @param bytes the most bytes of their answers; where either is reached the oldest is forgotten
 */
public record IdempotencySettings(
    @Default("10m") Duration window,
    @Default("10000") int requests,
    @Default("64MiB") ByteSize bytes) {
  public IdempotencySettings {
    Objects.requireNonNull(bytes, "bytes");
    if (window.isNegative() || window.isZero()) {
      throw new SettingsException("window must be positive");
    }
    if (requests < 1) {
      throw new SettingsException("requests must be at least 1");
    }
  }
}
