package dev.sluice.ingest.enrich;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is added to events at the door.
 *
 * @param streams each stream's steps, in the order they are taken
 * @param pseudonyms what pseudonyms are made with
 * @param proxies proxies of one's own in front of the door, whose X-Forwarded-For is believed
 * @param internal hosts that are one's own: who comes from there was referred by nobody else
 */
public record EnrichmentSettings(
    Map<String, List<StepSettings>> streams,
    PseudonymSettings pseudonyms,
    @Default("0") int proxies,
    List<String> internal) {
  public EnrichmentSettings {
    streams = Map.copyOf(streams);
    Objects.requireNonNull(pseudonyms, "pseudonyms");
    internal = List.copyOf(internal);
    if (proxies < 0 || proxies > 10) {
      throw new SettingsException("proxies must be between 0 and 10");
    }
  }

  /**
   * What pseudonyms are made with.
   *
   * @param key the name of the secret, which each pseudonym begins with
   * @param secret what only who may find the people again knows
   * @param period for how long somebody keeps one pseudonym
   */
  public record PseudonymSettings(
      @Default("a") String key, Optional<Secret> secret, @Default("30d") Duration period) {
    private static final Pattern KEY = Pattern.compile("[a-z0-9]{1,16}");
    private static final int SHORTEST = 16;

    public PseudonymSettings {
      Objects.requireNonNull(secret, "secret");
      if (!KEY.matcher(key).matches()) {
        throw new SettingsException("key is 1 to 16 lower-case letters and digits");
      }
      if (secret.isPresent() && secret.get().value().length() < SHORTEST) {
        throw new SettingsException("a secret has at least " + SHORTEST + " characters");
      }
      if (period.compareTo(Duration.ofHours(1)) < 0) {
        throw new SettingsException("a period is at least 1h");
      }
    }
  }

  /**
   * One step.
   *
   * @param from the field it reads; of {@code sender}, which of the circumstances
   * @param to the field it fills, or what the names of several begin with
   * @param fields the fields it replaces
   */
  public record StepSettings(
      Kind step, Optional<String> from, Optional<String> to, List<String> fields) {
    public StepSettings {
      Objects.requireNonNull(step, "step");
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(to, "to");
      fields = List.copyOf(fields);
    }
  }

  /** What steps there are. */
  public enum Kind {
    RECEIVE_TIME,
    SENDER,
    BOT,
    USER_AGENT,
    REFERRER,
    CAMPAIGN,
    TRUNCATE_IP,
    PSEUDONYM;

    String wireName() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }
}
