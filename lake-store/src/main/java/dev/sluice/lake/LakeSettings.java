package dev.sluice.lake;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import dev.sluice.lake.access.AccessSettings;
import dev.sluice.lake.catalog.CatalogSettings;
import dev.sluice.lake.object.ObjectSettings;
import dev.sluice.lake.query.QuerySettings;
import dev.sluice.lake.s3.S3Settings;
import java.nio.file.Path;

/**
 * The lake's settings.
 *
 * @param data where the catalog's database, the key and the cache of files lie
 * @param storage whose object store holds the tables' files
 * @param objects the store of our own, used when {@code storage.kind} is {@code local}
 * @param access who may use our own store besides its owner
 */
public record LakeSettings(
    @Default(".sluice/lake") Path data,
    StorageSettings storage,
    ObjectSettings objects,
    AccessSettings access,
    S3Settings s3,
    CatalogSettings catalog,
    QuerySettings sql) {
  public LakeSettings {
    if (storage.kind() == StorageSettings.Kind.S3 && !access.keys().isEmpty()) {
      throw new SettingsException(
          "access.keys opens our own store, but storage.kind is s3: leave one of them out");
    }
  }

  /** Where our own store's objects lie. */
  ObjectSettings placedObjects() {
    return objects.within(data);
  }

  /** The same, with everything under another directory. */
  public LakeSettings in(Path directory) {
    return new LakeSettings(directory, storage, objects, access, s3, catalog, sql);
  }
}
