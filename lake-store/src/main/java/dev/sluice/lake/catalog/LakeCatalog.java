package dev.sluice.lake.catalog;

import dev.sluice.daemon.Secret;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** Iceberg's own catalog over a database, with honest commits. */
public final class LakeCatalog extends JdbcCatalog {
  /** The catalog's name, in SQL and in the database. */
  public static final String NAME = "lake";

  /** Manifests never change; SQL plans from the same ones again and again. */
  private static final String MANIFEST_CACHE_BYTES = Integer.toString(32 << 20);

  private final CommitMeter meter;

  private LakeCatalog(String url, CommitMeter meter) {
    super(null, properties -> new Connections(url, properties), true);
    this.meter = meter;
  }

  /**
   * Opens the catalog, its schema and its first namespaces made.
   *
   * @param directory where SQLite's file lies when no database is set
   */
  public static LakeCatalog open(
      CatalogSettings settings,
      Path directory,
      Map<String, String> fileProperties,
      MeterRegistry registry) {
    String url = settings.database().orElseGet(() -> sqlite(directory));
    Map<String, String> properties = new HashMap<>(fileProperties);
    properties.put(CatalogProperties.URI, url);
    properties.put(CatalogProperties.WAREHOUSE_LOCATION, settings.warehouse());
    properties.put(
        CatalogProperties.CLIENT_POOL_SIZE, Integer.toString(settings.databaseConnections()));
    properties.put(CatalogProperties.IO_MANIFEST_CACHE_ENABLED, "true");
    properties.put(CatalogProperties.IO_MANIFEST_CACHE_MAX_TOTAL_BYTES, MANIFEST_CACHE_BYTES);
    properties.put("jdbc.schema-version", "V1");
    properties.put("jdbc.strict-mode", "true");
    settings.databaseUser().ifPresent(user -> properties.put("jdbc.user", user));
    settings
        .databasePassword()
        .map(Secret::value)
        .ifPresent(password -> properties.put("jdbc.password", password));
    LakeCatalog catalog = new LakeCatalog(url, new CommitMeter(registry));
    catalog.initialize(NAME, properties);
    settings.namespaces().forEach(catalog::ensure);
    return catalog;
  }

  /** A commit is on disk when SQLite says so: FULL flushes the write-ahead log at each one. */
  private static String sqlite(Path directory) {
    return "jdbc:sqlite:"
        + directory.resolve("catalog.db").toAbsolutePath()
        + "?journal_mode=WAL&synchronous=FULL&busy_timeout=20000&transaction_mode=IMMEDIATE";
  }

  private void ensure(String name) {
    Namespace namespace = Namespace.of(name);
    if (!namespaceExists(namespace)) {
      try {
        createNamespace(namespace, Map.of());
      } catch (AlreadyExistsException another) {
        // Another server on the same database was first; that it exists is all that matters.
        return;
      }
    }
  }

  @Override
  protected TableOperations newTableOps(TableIdentifier identifier) {
    return new HonestOperations(super.newTableOps(identifier), meter);
  }
}
