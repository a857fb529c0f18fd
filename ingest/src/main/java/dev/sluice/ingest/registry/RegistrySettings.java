package dev.sluice.ingest.registry;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the writers' schemas of Avro streams are registered.
 *
 * @param url the registry, as {@code https://registry.example:8081}; without one none is asked
 * @param user the name it knows us by; without one it is asked without credentials
 * @param password the user's
 * @param timeout the longest an answer may take; after a failure nobody asks for as long
 * @param schemasKept schemas remembered, the least used forgotten first
 * @param unknownKept for how long an id that the registry does not know is not asked for again
 */
public record RegistrySettings(
    Optional<URI> url,
    Optional<String> user,
    Optional<Secret> password,
    @Default("5s") Duration timeout,
    @Default("1000") int schemasKept,
    @Default("10s") Duration unknownKept) {

  public RegistrySettings {
    Objects.requireNonNull(url, "url");
    if (url.isPresent() && !web(url.get())) {
      throw new SettingsException("url must be http://HOST:PORT or https://HOST:PORT");
    }
    if (user.isPresent() != password.isPresent()) {
      throw new SettingsException("user and password go together");
    }
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new SettingsException("timeout is between 1ms and 1m: shards wait for it");
    }
    if (schemasKept < 1) {
      throw new SettingsException("schemas-kept is at least 1");
    }
    if (unknownKept.isNegative()) {
      throw new SettingsException("unknown-kept is not negative");
    }
  }

  private static boolean web(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    return (scheme.equals("http") || scheme.equals("https"))
        && uri.getHost() != null
        && uri.getUserInfo() == null;
  }
}
