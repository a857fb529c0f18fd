package dev.sluice.lake;

import dev.sluice.daemon.Health;
import dev.sluice.daemon.Lifecycle;
import dev.sluice.daemon.Service;
import dev.sluice.daemon.SettingsException;
import dev.sluice.daemon.Telemetry;
import dev.sluice.lake.catalog.FileAccess;
import dev.sluice.lake.catalog.FileCredentials;
import dev.sluice.lake.dataset.ObjectSource;
import dev.sluice.lake.http.Route;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.io.FileIO;

/**
 * The lake: the object store with its S3 API, then the catalog with SQL. With {@code storage.kind:
 * s3} no store is started and the catalog stands on somebody else's.
 */
public final class Lake implements Service {
  private final LakeSettings settings;
  private final Lifecycle lifecycle = new Lifecycle();
  private final Optional<StoreService> store;
  private final CatalogService catalog;

  /**
   * @param random a source of secrets: a {@code SecureRandom} unless in a test
   */
  public Lake(
      LakeSettings settings,
      Vertx vertx,
      Telemetry telemetry,
      Health health,
      InstantSource clock,
      RandomGenerator random) {
    this.settings = settings;
    if (settings.storage().kind() == StorageSettings.Kind.LOCAL) {
      String scheme = URI.create(settings.catalog().warehouse()).getScheme();
      if (!"s3".equals(scheme)) {
        throw new SettingsException(
            "catalog.warehouse must be like s3://lake/warehouse, for the store here speaks S3");
      }
      StoreService own = new StoreService(settings, vertx, telemetry, health, clock, random);
      lifecycle.add(own);
      store = Optional.of(own);
    } else {
      store = Optional.empty();
    }
    catalog =
        new CatalogService(
            settings,
            this::access,
            this::handed,
            this::files,
            fetching ->
                store.isPresent() ? new StoredFiles(store.get().store(), fetching) : fetching,
            this::objects,
            () -> store.map(own -> new StoredObjects(own.store())),
            vertx,
            telemetry,
            health,
            clock,
            random);
    lifecycle.add(catalog);
  }

  @Override
  public String name() {
    return "lake";
  }

  @Override
  public void start() throws Exception {
    lifecycle.start();
  }

  @Override
  public void stop() {
    lifecycle.close();
  }

  /** How the tables' files are reached: our own S3 endpoint and key, or somebody else's. */
  public FileAccess access() {
    if (store.isPresent()) {
      return store.get().access();
    }
    StorageSettings other = settings.storage();
    if (other.kind() == StorageSettings.Kind.FILES) {
      return FileAccess.files();
    }
    Optional<FileAccess.Keys> keys =
        other.accessKey().map(id -> new FileAccess.Keys(id, other.secretKey().orElseThrow()));
    return FileAccess.s3(other.endpoint(), other.region(), keys);
  }

  private FileIO files(Map<String, String> properties) {
    return store.isPresent()
        ? new StoreFileIO(store.get().store(), properties)
        : CatalogUtil.loadFileIO(properties.get("io-impl"), properties, new Configuration());
  }

  private Optional<ObjectSource> objects() {
    if (settings.storage().kind() == StorageSettings.Kind.FILES) {
      return Optional.empty();
    }
    return Optional.of(
        store.isPresent() ? new StoredDatasets(store.get().store()) : new ListedObjects(access()));
  }

  /** Our own store lends keys for some of its files; of somebody else's there is one key only. */
  private FileCredentials.Handed handed(List<String> locations, FileCredentials.Use use) {
    return store.isPresent() && use != FileCredentials.Use.EVERYTHING
        ? store.get().lent().of(locations, use)
        : FileCredentials.Handed.lasting(access().keys());
  }

  /** The S3 endpoint of our own store, if it is ours; only while the lake runs. */
  public Optional<URI> s3() {
    return store.flatMap(own -> own.access().endpoint());
  }

  /**
   * What the catalog's server answers besides the protocol of Iceberg; only while the lake runs.
   */
  public List<Route> routes() {
    return catalog.routes();
  }

  /** The catalog's server, with SQL at {@code /api/v1/sql}; only while the lake runs. */
  public URI catalog() {
    return catalog.uri();
  }
}
