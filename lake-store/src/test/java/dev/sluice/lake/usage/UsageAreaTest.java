package dev.sluice.lake.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageAreaTest {
  @Test
  void whoLoadsATableByIcebergIsCounted(@TempDir Path directory) throws Exception {
    CatalogRig rig = new CatalogRig(directory);
    try (RESTCatalog catalog = rig.client()) {
      TableIdentifier name = TableIdentifier.of("gold", "used");
      catalog.createTable(name, new Schema(NestedField.required(1, "y", Types.LongType.get())));
      catalog.loadTable(name);
      assertThat(rig.get("/v1/namespaces/gold/tables/none").statusCode()).isEqualTo(404);
      for (String said :
          List.of("curl/8.1 (x)", "mine/" + "9".repeat(50), "yours", "PyIceberg/1")) {
        rig.send(
            HttpRequest.newBuilder(rig.uri().resolve("/v1/namespaces/gold/tables/used"))
                .header("User-Agent", said)
                .GET());
      }

      JsonNode use = CatalogRig.json(rig.get("/api/v1/usage?table=gold.used"));
      assertThat(use.at("/days/0/loads").asInt()).isEqualTo(5);
      assertThat(use.at("/users/0/name").asText()).isEqualTo("owner");
      assertThat(use.path("users").findValuesAsText("engine"))
          .containsExactlyInAnyOrder("Apache Iceberg", "curl", "other", "PyIceberg");
      JsonNode one = CatalogRig.json(rig.get("/api/v1/usage?table=gold.used&limit=1"));
      assertThat(one.path("users")).hasSize(1);
      assertThat(CatalogRig.json(rig.get("/api/v1/usage")).at("/tables").findValuesAsText("id"))
          .containsExactly("lake.gold.used");
      assertThat(rig.get("/api/v1/usage?table=used").statusCode()).isEqualTo(400);
      assertThat(rig.get("/api/v1/usage?days=0").statusCode()).isEqualTo(400);
      assertThat(rig.get("/api/v1/usage?day=1").body()).contains("'day'");
      assertThat(rig.post("/api/v1/usage", "{}").statusCode()).isEqualTo(405);
    } finally {
      rig.stop();
    }
  }

  @Test
  void whoAsksWhatIsCountedAndShownOnThePageAndGoesWithAnotherName(@TempDir Path directory)
      throws Exception {
    CatalogRig rig = new CatalogRig(directory);
    try (RESTCatalog catalog = rig.client()) {
      TableIdentifier name = TableIdentifier.of("gold", "asked");
      Table table =
          catalog.createTable(name, new Schema(NestedField.required(1, "y", Types.LongType.get())));
      Rows.append(table, List.of(Map.of("y", 7L)));
      assertThat(rig.sql("SELECT y FROM gold.asked WHERE y > 5").statusCode()).isEqualTo(200);
      assertThat(rig.sql("SELECT y FROM gold.asked WHERE y > 6").statusCode()).isEqualTo(200);
      assertThat(rig.sql("SELECT nothing FROM gold.asked").statusCode()).isEqualTo(400);
      assertThat(rig.sql("SELECT 1").statusCode()).isEqualTo(200);

      JsonNode use = CatalogRig.json(rig.get("/api/v1/usage?table=gold.asked"));
      assertThat(use.path("queries")).as(use.toString()).hasSize(1);
      assertThat(use.at("/queries/0/text").asText())
          .isEqualTo("SELECT y FROM gold.asked WHERE y > ?");
      assertThat(use.at("/queries/0/times").asInt()).isEqualTo(2);
      assertThat(use.at("/queries/0/meanRows").asInt()).isOne();
      assertThat(use.at("/columns/0/name").asText()).isEqualTo("y");

      catalog.renameTable(name, TableIdentifier.of("gold", "renamed"));
      JsonNode page = CatalogRig.json(rig.get("/api/v1/book/tables/gold.renamed"));
      for (int i = 0; page.at("/usage/queries/0/times").isMissingNode() && i < 20_000; i++) {
        page = CatalogRig.json(rig.get("/api/v1/book/tables/gold.renamed"));
      }
      assertThat(page.at("/usage/queries/0/times").asInt()).isEqualTo(2);
    } finally {
      rig.stop();
    }
  }
}
