package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the plan of a query is believed, and what not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForecastTest {
  private CatalogRig rig;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    rig = new CatalogRig(directory);
    try (RESTCatalog client = rig.client()) {
      Table events =
          client.createTable(
              TableIdentifier.of("raw", "events"),
              new Schema(NestedField.required(1, "id", Types.LongType.get())));
      Rows.append(events, List.of(Map.of("id", 1L), Map.of("id", 2L)));
      Rows.append(events, List.of(Map.of("id", 3L)));
    }
  }

  @AfterAll
  void stop() throws Exception {
    rig.stop();
  }

  @Test
  void rowsPassedOverAreNotTakenForRowsThatAreEnough() {
    assertRows("SELECT id FROM raw.events OFFSET 2", 1);
    assertRows("SELECT id FROM raw.events LIMIT 5 OFFSET 2", 1);
    assertRows("SELECT id FROM raw.events LIMIT 1 OFFSET (SELECT 2)", 1);
    assertRows("SELECT id FROM (SELECT id FROM raw.events OFFSET 2) LIMIT 1", 1);
    assertRows("SELECT count(*) FROM (SELECT id FROM raw.events LIMIT 100%)", 1);
    assertThat(rig.rows("SELECT count(*) FROM (SELECT id FROM raw.events LIMIT 100%)"))
        .hasToString("[[3]]");
  }

  /** Of so few rows at most that one of the table's two files would be enough. */
  private void assertRows(String sql, int rows) {
    JsonNode answer =
        CatalogRig.json(rig.post("/api/v1/sql", "{\"sql\":\"%s\",\"maxRows\":1}".formatted(sql)));
    assertThat(answer.path("rows")).as(sql + answer).hasSize(rows);
  }

  /** The same moment when it is planned and when it is run. */
  @Test
  void aConditionOnTheTimeOfTheQueryPassesFilesOver() {
    JsonNode none =
        CatalogRig.json(rig.sql("SELECT id FROM raw.events WHERE id > epoch_us(now())"));
    assertThat(none.path("rows")).as(none.toString()).isEmpty();
    assertThat(none.path("filesSkipped").asInt()).as(none.toString()).isEqualTo(2);
    JsonNode all =
        CatalogRig.json(rig.sql("SELECT count(*) FROM raw.events WHERE id < epoch_us(now())"));
    assertThat(all.path("rows")).hasToString("[[3]]");
  }

  @Test
  void aNameOfWithIsNoWayToAFile() {
    HttpResponse<String> refused =
        rig.sql(
            "SELECT x FROM '/etc/passwd.csv', (WITH \"/etc/passwd.csv\" AS (SELECT 1) SELECT 1)");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("could be a file");
  }
}
