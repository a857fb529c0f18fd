package dev.sluice.lake;

import dev.sluice.daemon.Default;
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
 */
public record LakeSettings(
    @Default(".sluice/lake") Path data,
    StorageSettings storage,
    ObjectSettings objects,
    S3Settings s3,
    CatalogSettings catalog,
    QuerySettings sql) {

  /** The same, with everything under another directory. */
  public LakeSettings in(Path directory) {
    ObjectSettings moved =
        new ObjectSettings(
            directory.resolve("objects"),
            objects.blockCache(),
            objects.writeBuffers(),
            objects.inlineLimit(),
            objects.openRowFiles(),
            objects.maxBuckets());
    return new LakeSettings(directory, storage, moved, s3, catalog, sql);
  }
}
