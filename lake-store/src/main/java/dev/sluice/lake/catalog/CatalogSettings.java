package dev.sluice.lake.catalog;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The catalog's settings.
 *
 * @param token what every request must carry; needed beyond this machine
 * @param database JDBC URL of a PostgreSQL database; without it, SQLite in the data directory
 * @param principals who may use the catalog besides the bearer of {@code token}, and for what
 * @param locations where tables may lie besides the warehouse: places like {@code s3://bucket}
 * @param namespaces those made at the first start
 * @param tokenLifetime of the short-lived tokens that clients get for a principal's name and token
 * @param retryWindow how long a request may be sent again without being carried out again
 * @param conflictWait for how long at most a commit that was beaten may wait to be told so, while
 *     others try; zero tells it at once
 * @param planFiles of scans planned here and not fetched yet, in all
 * @param metadataCache of tables' metadata, in memory
 * @param workers threads that answer; {@code queue} more requests may wait
 */
public record CatalogSettings(
    @Default("127.0.0.1") String host,
    @Default("8181") int port,
    Optional<Secret> token,
    @Default("") List<Principal> principals,
    Optional<String> database,
    Optional<String> databaseUser,
    Optional<Secret> databasePassword,
    @Default("4") int databaseConnections,
    @Default("s3://lake/warehouse") String warehouse,
    @Default("") List<String> locations,
    @Default("raw,gold,ops") List<String> namespaces,
    @Default("1h") Duration tokenLifetime,
    @Default("30m") Duration retryWindow,
    @Default("1s") Duration conflictWait,
    @Default("32MiB") ByteSize metadataCache,
    @Default("100000") int planFiles,
    @Default("8") int workers,
    @Default("256") int queue,
    @Default("16MiB") ByteSize maxBody) {
  /** A client's own patience must not end before. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private static final Duration SHORTEST_TICKET = Duration.ofSeconds(1);

  public CatalogSettings {
    principals = List.copyOf(principals);
    locations = List.copyOf(locations);
    namespaces = List.copyOf(namespaces);
    new Binding(host, port).requireCredential(token, "catalog.token");
    Set<String> taken = new HashSet<>();
    token.ifPresent(secret -> taken.add(secret.value()));
    Set<String> names = new HashSet<>();
    for (Principal principal : principals) {
      if (!names.add(principal.name())) {
        throw new SettingsException("principals holds '" + principal.name() + "' twice");
      }
      if (!taken.add(principal.token().value())) {
        throw new SettingsException(
            "the token of principal '" + principal.name() + "' is another's too");
      }
    }
    if (!principals.isEmpty() && token.isEmpty()) {
      throw new SettingsException("with principals, set token too: it is the owner's");
    }
    if (tokenLifetime.compareTo(SHORTEST_TICKET) < 0 || tokenLifetime.toDays() > 365) {
      throw new SettingsException("token-lifetime is between 1s and a year");
    }
    if (retryWindow.isNegative() || retryWindow.isZero()) {
      throw new SettingsException("retry-window is longer than nothing");
    }
    if (conflictWait.isNegative() || conflictWait.compareTo(LONGEST_WAIT) > 0) {
      throw new SettingsException(
          "conflict-wait is between 0s and " + LONGEST_WAIT.toSeconds() + "s");
    }
    if (workers < 1 || queue < 1 || databaseConnections < 1 || planFiles < 1) {
      throw new SettingsException(
          "workers, queue, database-connections and plan-files are at least 1");
    }
    if (database.isPresent() && !database.get().startsWith("jdbc:postgresql:")) {
      throw new SettingsException(
          "database must be a URL like jdbc:postgresql://host/name; without it SQLite is used");
    }
  }

  /** Where the catalog listens. */
  public Binding binding() {
    return new Binding(host, port);
  }
}
