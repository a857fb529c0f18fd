package dev.sluice.ingest.key;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A write key as settings declare it; its name stands above it.
 *
 * @param key what senders show
 * @param streams the streams it is for; {@code *} stands for any characters
 * @param rate events a second it may send for long; without it, any number
 * @param burst events it may send at once after a pause; the same as the rate unless told otherwise
 * @param daily events it may send in a day (UTC)
 * @param browser whether it may also be shown in a URL, where others can read it
 */
public record KeySettings(
    Secret key,
    List<String> streams,
    Optional<Integer> rate,
    Optional<Integer> burst,
    Optional<Long> daily,
    @Default("false") boolean browser) {
  public KeySettings {
    Objects.requireNonNull(key, "key");
    streams = List.copyOf(streams);
    Objects.requireNonNull(rate, "rate");
    Objects.requireNonNull(burst, "burst");
    Objects.requireNonNull(daily, "daily");
    // Checked here, so that a wrong one is told with the other settings.
    Scope.of(streams);
    allowance(rate, burst, daily);
  }

  Scope scope() {
    return Scope.of(streams);
  }

  Allowance allowance() {
    return allowance(rate, burst, daily);
  }

  private static Allowance allowance(
      Optional<Integer> rate, Optional<Integer> burst, Optional<Long> daily) {
    if (burst.isPresent() && rate.isEmpty()) {
      throw new SettingsException("a burst without a rate: say how many events a second");
    }
    return new Allowance(
        rate.map(perSecond -> new Allowance.Rate(perSecond, burst.orElse(perSecond))), daily);
  }
}
