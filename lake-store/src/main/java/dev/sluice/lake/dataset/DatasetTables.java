package dev.sluice.lake.dataset;

import dev.sluice.lake.database.Database;
import dev.sluice.lake.database.Layout;
import java.util.List;

/**
 * The rows that datasets are kept in. A key is named by its digest: an index takes so many bytes.
 */
final class DatasetTables {
  private static final int FORMAT = 1;

  private DatasetTables() {}

  static void prepare(Database database) {
    String name = database.dialect().nameType();
    new Layout(
            "datasets",
            FORMAT,
            List.of(
                """
                CREATE TABLE sluice_datasets (name %s PRIMARY KEY, bucket TEXT NOT NULL,
                  prefix TEXT NOT NULL, description TEXT NOT NULL, owner TEXT NOT NULL,
                  on_call TEXT NOT NULL, tags TEXT NOT NULL, state TEXT NOT NULL,
                  counted BIGINT NOT NULL, changed BIGINT NOT NULL, position BIGINT NOT NULL)
                """
                    .formatted(name),
                """
                CREATE TABLE sluice_dataset_objects (dataset %s NOT NULL, object TEXT NOT NULL,
                  kind TEXT NOT NULL, size BIGINT NOT NULL, PRIMARY KEY (dataset, object))
                """
                    .formatted(name),
                """
                CREATE TABLE sluice_dataset_kinds (dataset %s NOT NULL, kind TEXT NOT NULL,
                  objects BIGINT NOT NULL, bytes BIGINT NOT NULL, PRIMARY KEY (dataset, kind))
                """
                    .formatted(name)))
        .prepare(database);
  }
}
