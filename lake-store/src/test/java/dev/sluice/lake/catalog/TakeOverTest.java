package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lake whose catalog Iceberg's JDBC catalog wrote, as earlier versions had it. */
class TakeOverTest {
  private static final Schema SCHEMA =
      new Schema(NestedField.required(1, "id", Types.LongType.get()));

  @Test
  void whatIcebergsJdbcCatalogWroteIsTakenOver(@TempDir Path directory) throws Exception {
    CatalogRig store = new CatalogRig(directory.resolve("store"));
    Path lake = directory.resolve("lake");
    java.nio.file.Files.createDirectory(lake);
    TableIdentifier table = TableIdentifier.of("raw", "old");
    TableIdentifier view = TableIdentifier.of(Namespace.of("deep", "er"), "view");
    Map<String, String> access = store.lake().access().properties();
    try {
      Map<String, String> properties = new HashMap<>(access);
      properties.put("uri", "jdbc:sqlite:" + lake.resolve("catalog.db"));
      properties.put("warehouse", "s3://lake/warehouse");
      properties.put("jdbc.schema-version", "V1");
      try (JdbcCatalog old = new JdbcCatalog()) {
        old.initialize("lake", properties);
        old.createNamespace(Namespace.of("raw"), Map.of("owner", "ann"));
        old.createNamespace(view.namespace(), Map.of());
        Rows.append(old.createTable(table, SCHEMA), List.of(Map.of("id", 1L)));
        old.buildView(view)
            .withSchema(SCHEMA)
            .withDefaultNamespace(Namespace.of("raw"))
            .withQuery("duckdb", "SELECT 1 AS id")
            .create();
      }
      check(lake, access, table, view);
      check(lake, access, table, view);
    } finally {
      store.stop();
    }
  }

  private static void check(
      Path lake, Map<String, String> access, TableIdentifier table, TableIdentifier view)
      throws Exception {
    CatalogRig rig =
        new CatalogRig(
            lake,
            Map.of(
                "SLUICE_STORAGE_KIND", "s3",
                "SLUICE_STORAGE_ENDPOINT", access.get("s3.endpoint"),
                "SLUICE_STORAGE_ACCESS_KEY", access.get("s3.access-key-id"),
                "SLUICE_STORAGE_SECRET_KEY", access.get("s3.secret-access-key")));
    try (RESTCatalog client = rig.client()) {
      assertThat(Rows.count(client.loadTable(table))).isOne();
      assertThat(client.loadNamespaceMetadata(Namespace.of("raw")))
          .containsExactly(Map.entry("owner", "ann"));
      assertThat(client.listViews(view.namespace())).containsExactly(view);
      assertThat(client.listNamespaces()).contains(Namespace.of("deep"), Namespace.of("gold"));
    } finally {
      rig.stop();
    }
  }
}
