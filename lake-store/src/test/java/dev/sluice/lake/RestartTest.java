package dev.sluice.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartTest {
  private static final TableIdentifier NAME = TableIdentifier.of("raw", "kept");
  private static final int MANY = 5_000;

  @Test
  void aRestartKeepsTablesRowsNamespacesAndTheKey(@TempDir Path directory) throws Exception {
    CatalogRig before = new CatalogRig(directory);
    Map<String, String> access = before.lake().access().properties();
    fill(before);
    before.stop();

    CatalogRig after = new CatalogRig(directory);
    try (RESTCatalog client = after.client()) {
      assertThat(after.lake().access().properties().get("s3.secret-access-key"))
          .isEqualTo(access.get("s3.secret-access-key"));
      assertThat(Rows.count(client.loadTable(NAME))).isEqualTo(MANY);
      assertThat(after.rows("SELECT count(*), sum(id) FROM raw.kept"))
          .hasToString("[[" + MANY + "," + (MANY - 1L) * MANY / 2 + "]]");
    } finally {
      after.stop();
    }
  }

  /** A store of our own is asked for a path; somebody else's files are fetched, once. */
  @Test
  void aCatalogStandsOnSomebodyElsesStoreAsWell(@TempDir Path ours, @TempDir Path theirs)
      throws Exception {
    CatalogRig store = new CatalogRig(theirs, Map.of("SLUICE_OBJECTS_SEGMENT_LIMIT", "4KiB"));
    fill(store);
    assertThat(files(theirs.resolve("file-cache"))).isEmpty();
    Map<String, String> access = store.lake().access().properties();
    CatalogRig standing =
        new CatalogRig(
            ours,
            Map.of(
                "SLUICE_STORAGE_KIND",
                "s3",
                "SLUICE_STORAGE_ENDPOINT",
                access.get("s3.endpoint"),
                "SLUICE_STORAGE_ACCESS_KEY",
                access.get("s3.access-key-id"),
                "SLUICE_STORAGE_SECRET_KEY",
                access.get("s3.secret-access-key")));
    try (RESTCatalog owner = store.client();
        RESTCatalog client = standing.client()) {
      assertThat(standing.lake().s3()).isEmpty();
      Table table = owner.loadTable(NAME);
      client.registerTable(NAME, ((BaseTable) table).operations().current().metadataFileLocation());
      String sums = "SELECT count(*), sum(id) FROM raw.kept";
      String expected = "[[" + MANY + "," + (MANY - 1L) * MANY / 2 + "]]";
      assertThat(standing.rows(sums)).hasToString(expected);
      List<Path> fetched = files(ours.resolve("file-cache"));
      assertThat(fetched).hasSize(1);
      assertThat(standing.rows(sums)).hasToString(expected);
      assertThat(files(ours.resolve("file-cache"))).isEqualTo(fetched);
    } finally {
      standing.stop();
      store.stop();
    }
  }

  @Test
  void aClientNeedsNothingButTheAddress(@TempDir Path directory) throws Exception {
    CatalogRig rig = new CatalogRig(directory);
    try (RESTCatalog client = rig.client()) {
      assertThat(client.properties())
          .containsEntry("s3.endpoint", rig.lake().s3().map(URI::toString).orElseThrow())
          .containsEntry("s3.path-style-access", "true")
          .containsEntry("io-impl", "org.apache.iceberg.aws.s3.S3FileIO")
          .containsKeys("client.region", "s3.access-key-id", "s3.secret-access-key");
      client.createTable(NAME, new Schema(NestedField.required(1, "id", Types.LongType.get())));
      String loaded = rig.get("/v1/namespaces/raw/tables/kept").body();
      assertThat(CatalogRig.json(rig.get("/v1/namespaces/raw/tables/kept")).path("config").size())
          .as(loaded)
          .isEqualTo(6);
      assertThat(loaded).contains("s3://lake/warehouse/raw/kept");
    } finally {
      rig.stop();
    }
  }

  private static void fill(CatalogRig rig) throws Exception {
    try (RESTCatalog client = rig.client()) {
      Table table =
          client.createTable(NAME, new Schema(NestedField.required(1, "id", Types.LongType.get())));
      List<Map<String, Object>> rows = new ArrayList<>();
      for (long id = 0; id < MANY; id++) {
        rows.add(Map.of("id", id));
      }
      Rows.append(table, rows);
      assertThat(rig.rows("SELECT count(*) FROM raw.kept")).hasToString("[[" + MANY + "]]");
    }
  }

  private static List<Path> files(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }
}
