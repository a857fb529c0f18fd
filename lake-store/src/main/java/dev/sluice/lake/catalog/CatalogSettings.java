package dev.sluice.lake.catalog;

import dev.sluice.daemon.Binding;
import dev.sluice.daemon.ByteSize;
import dev.sluice.daemon.Default;
import dev.sluice.daemon.Secret;
import dev.sluice.daemon.SettingsException;
import java.util.List;
import java.util.Optional;

/**
 * The catalog's settings.
 *
 * @param token what every request must carry; needed beyond this machine
 * @param database JDBC URL of a PostgreSQL database; without it, SQLite in the data directory
 * @param namespaces those made at the first start
 * @param workers threads that answer; {@code queue} more requests may wait
 */
public record CatalogSettings(
    @Default("127.0.0.1") String host,
    @Default("8181") int port,
    Optional<Secret> token,
    Optional<String> database,
    Optional<String> databaseUser,
    Optional<Secret> databasePassword,
    @Default("4") int databaseConnections,
    @Default("s3://lake/warehouse") String warehouse,
    @Default("raw,gold,ops") List<String> namespaces,
    @Default("8") int workers,
    @Default("256") int queue,
    @Default("16MiB") ByteSize maxBody) {
  public CatalogSettings {
    namespaces = List.copyOf(namespaces);
    new Binding(host, port).requireCredential(token, "catalog.token");
    if (workers < 1 || queue < 1 || databaseConnections < 1) {
      throw new SettingsException("workers, queue and database-connections are at least 1");
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
