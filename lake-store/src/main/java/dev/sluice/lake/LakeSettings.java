package dev.sluice.lake;

import dev.sluice.daemon.Default;
import dev.sluice.daemon.SettingsException;
import dev.sluice.lake.access.AccessSettings;
import dev.sluice.lake.book.BookSettings;
import dev.sluice.lake.catalog.CatalogSettings;
import dev.sluice.lake.dataset.DatasetSettings;
import dev.sluice.lake.lineage.LineageSettings;
import dev.sluice.lake.object.ObjectSettings;
import dev.sluice.lake.query.QuerySettings;
import dev.sluice.lake.s3.S3Settings;
import dev.sluice.lake.usage.UsageSettings;
import java.nio.file.Path;
import java.util.Locale;

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
    QuerySettings sql,
    LineageSettings lineage,
    UsageSettings usage,
    DatasetSettings datasets,
    BookSettings book) {
  public LakeSettings {
    if (storage.kind() != StorageSettings.Kind.LOCAL && !access.keys().isEmpty()) {
      throw new SettingsException(
          "access.keys opens our own store, but storage.kind is "
              + storage.kind().name().toLowerCase(Locale.ROOT)
              + ": leave one of them out");
    }
    boolean plain = storage.kind() == StorageSettings.Kind.FILES;
    if (plain != catalog.warehouse().startsWith("file:")) {
      throw new SettingsException(
          plain
              ? "catalog.warehouse must be like file:/srv/warehouse, for storage.kind is files"
              : "a catalog.warehouse of plain files needs storage.kind: files");
    }
  }

  /** Where our own store's objects lie. */
  ObjectSettings placedObjects() {
    return objects.within(data);
  }

  /** The same, with everything under another directory. */
  public LakeSettings in(Path directory) {
    return new LakeSettings(
        directory, storage, objects, access, s3, catalog, sql, lineage, usage, datasets, book);
  }
}
