package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScanPlanningTest {
  private static final TableIdentifier NAME = TableIdentifier.of("raw", "planned");
  private static final String PATH = "/v1/namespaces/raw/tables/planned/";
  private static final int FILES = 5;

  private CatalogRig rig;
  private RESTCatalog client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    rig = new CatalogRig(directory);
    client = new RESTCatalog();
    client.initialize("lake", Map.of("uri", rig.uri().toString(), "scan-planning-mode", "server"));
    Table table =
        client.createTable(NAME, new Schema(NestedField.required(1, "id", Types.LongType.get())));
    for (long id = 0; id < FILES; id++) {
      Rows.append(table, List.of(Map.of("id", id)));
    }
  }

  @AfterAll
  void stop() throws Exception {
    client.close();
    rig.stop();
  }

  @Test
  void aClientHasItsScansPlannedHere() throws Exception {
    Table table = client.loadTable(NAME);
    try (CloseableIterable<FileScanTask> all = table.newScan().planFiles();
        CloseableIterable<FileScanTask> one =
            table.newScan().filter(Expressions.equal("id", 3L)).planFiles()) {
      assertThat(StreamSupport.stream(all.spliterator(), false).count()).isEqualTo(FILES);
      assertThat(StreamSupport.stream(one.spliterator(), false).count()).isOne();
    }
    assertThat(rig.get("/metrics").body()).contains("route=\"submit_plan\"");
  }

  @Test
  void aPlanIsFetchedAgainUntilItIsCancelled() {
    JsonNode plan = CatalogRig.json(rig.post(PATH + "plan", "{}"));
    assertThat(plan.path("status").asText()).isEqualTo("completed");
    assertThat(plan.path("file-scan-tasks")).hasSize(FILES);
    String id = plan.path("plan-id").asText();
    assertThat(CatalogRig.json(rig.get(PATH + "plan/" + id)).path("file-scan-tasks"))
        .hasSize(FILES);
    assertThat(
            rig.send(HttpRequest.newBuilder(rig.uri().resolve(PATH + "plan/" + id)).DELETE())
                .statusCode())
        .isEqualTo(204);
    var gone = rig.get(PATH + "plan/" + id);
    assertThat(gone.statusCode()).isEqualTo(404);
    assertThat(CatalogRig.json(gone).at("/error/type").asText()).isEqualTo("NoSuchPlanIdException");
  }

  @Test
  void whatCannotBePlannedIsSaidToBeSo() {
    assertThat(
            rig.post(PATH + "plan", "{\"start-snapshot-id\":1,\"end-snapshot-id\":2}").statusCode())
        .isEqualTo(501);
    assertThat(rig.post(PATH + "plan", "{\"snapshot-id\":1}").statusCode()).isEqualTo(400);
    assertThat(rig.post(PATH + "tasks", "{\"plan-task\":\"x-1.1\"}").statusCode()).isEqualTo(404);
    assertThat(rig.post("/v1/namespaces/raw/tables/none/plan", "{}").statusCode()).isEqualTo(404);
  }
}
