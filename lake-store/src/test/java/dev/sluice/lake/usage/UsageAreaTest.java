package dev.sluice.lake.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import java.nio.file.Path;
import org.apache.iceberg.Schema;
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

      JsonNode use = CatalogRig.json(rig.get("/api/v1/usage?table=gold.used"));
      assertThat(use.at("/days/0/loads").asInt()).isOne();
      assertThat(use.at("/users/0/name").asText()).isEqualTo("owner");
      assertThat(use.at("/users/0/engine").asText()).startsWith("Apache Iceberg");
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
}
