package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tables whose files somebody removed, and columns added by many at once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamageTest {
  private static final Schema SCHEMA =
      new Schema(NestedField.required(1, "id", Types.LongType.get()));
  private static final int WRITERS = 8;
  private static final int COLUMNS = 3;

  private CatalogRig rig;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    rig = new CatalogRig(directory);
  }

  @AfterAll
  void stop() throws Exception {
    rig.stop();
  }

  private Table filled(RESTCatalog client, String name) {
    Table table = client.createTable(TableIdentifier.of("raw", name), SCHEMA);
    Rows.append(table, List.of(Map.of("id", 1L)));
    return table;
  }

  private static void names(HttpResponse<String> answer, String file) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
    assertThat(CatalogRig.json(answer).at("/error/message").asText()).contains(file);
    assertThat(CatalogRig.json(answer).at("/error/type").asText()).isEqualTo("NotFoundException");
  }

  @Test
  void aTableWithoutItsMetadataFileSaysWhichIsGone() throws Exception {
    try (RESTCatalog client = rig.client()) {
      Table table = filled(client, "headless");
      String file = ((BaseTable) table).operations().current().metadataFileLocation();
      String path = "/v1/namespaces/raw/tables/headless";
      assertThat(rig.get(path).statusCode()).isEqualTo(200);
      table.io().deleteFile(file);
      names(rig.get(path), file);
      names(rig.get(path + "?snapshots=refs"), file);
      assertThat(client.dropTable(TableIdentifier.of("raw", "headless"), false)).isTrue();
    }
  }

  @Test
  void aPlanOfATableWithoutAManifestSaysWhichIsGone() throws Exception {
    try (RESTCatalog client = rig.client()) {
      for (String which : List.of("list", "manifest")) {
        Table table = filled(client, "without_" + which);
        String file =
            which.equals("list")
                ? table.currentSnapshot().manifestListLocation()
                : table.currentSnapshot().allManifests(table.io()).get(0).path();
        table.io().deleteFile(file);
        names(rig.post("/v1/namespaces/raw/tables/without_" + which + "/plan", "{}"), file);
      }
    }
  }

  /** Each column that was added is there once, under an id of its own. */
  @Test
  void columnsAddedByManyAtOnceAreAllThereOrConflict() throws Exception {
    TableIdentifier name = TableIdentifier.of("raw", "widened");
    try (RESTCatalog client = rig.client()) {
      client.buildTable(name, SCHEMA).withProperty("commit.retry.num-retries", "0").create();
      ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
      List<Future<List<String>>> running = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int number = writer;
        running.add(threads.submit(() -> widen(client, name, number)));
      }
      List<String> added = new ArrayList<>(List.of("id"));
      for (Future<List<String>> each : running) {
        added.addAll(each.get());
      }
      threads.shutdown();
      List<NestedField> columns = client.loadTable(name).schema().columns();
      assertThat(added).hasSizeGreaterThan(1);
      assertThat(columns.stream().map(NestedField::name))
          .containsExactlyInAnyOrderElementsOf(added);
      assertThat(columns.stream().map(NestedField::fieldId)).doesNotHaveDuplicates();
    }
  }

  private static List<String> widen(RESTCatalog client, TableIdentifier name, int writer) {
    List<String> added = new ArrayList<>();
    for (int i = 0; i < COLUMNS; i++) {
      String column = "c" + writer + "_" + i;
      try {
        client.loadTable(name).updateSchema().addColumn(column, Types.StringType.get()).commit();
        added.add(column);
      } catch (CommitFailedException beaten) {
        assertThat(beaten).hasMessageContaining("raw.widened");
      }
    }
    return added;
  }
}
