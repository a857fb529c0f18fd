package dev.sluice.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A namespace of the name {@code gold.eu} is not {@code eu} inside of {@code gold}. */
class DottedNamesTest {
  private static final String OWNER = "the-owner-of-it-all";
  private static final String READER = "the-reader-of-gold";
  private static final Schema SCHEMA =
      new Schema(NestedField.required(1, "id", Types.LongType.get()));

  private CatalogRig rig;
  private Table dotted;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    Path yaml =
        Files.writeString(
            directory.resolve("lake.yaml"),
            """
            catalog:
              token: %s
              principals:
                - {name: reader, token: %s, read: [gold]}
            """
                .formatted(OWNER, READER));
    rig = new CatalogRig(directory, Map.of(), Optional.of(yaml));
    try (RESTCatalog owner = new RESTCatalog()) {
      owner.initialize("lake", Map.of("uri", rig.uri().toString(), "token", OWNER));
      owner.createNamespace(Namespace.of("gold.eu"));
      TableIdentifier name = TableIdentifier.of(Namespace.of("gold.eu"), "cards");
      dotted = owner.createTable(name, SCHEMA);
      owner.createTable(TableIdentifier.of("gold", "open"), SCHEMA);
      owner.loadTable(name);
    }
  }

  @AfterEach
  void stop() throws Exception {
    rig.stop();
  }

  private HttpResponse<String> get(String token, String path) {
    return rig.send(
        HttpRequest.newBuilder(rig.uri().resolve("/api/v1" + path))
            .header("Authorization", "Bearer " + token)
            .GET());
  }

  @Test
  void aRightOnTheNamespaceOfThatBeginningIsNoneOnItsUse() {
    assertThat(get(READER, "/usage").body()).doesNotContain("cards");
    assertThat(CatalogRig.json(get(READER, "/usage?table=gold.eu.cards")).path("days")).isEmpty();
    String use = "/usage?table=gold%252Eeu.cards";
    assertThat(get(READER, use).statusCode()).isEqualTo(403);
    JsonNode known = CatalogRig.json(get(OWNER, use));
    assertThat(known.path("id").asText()).isEqualTo("lake.gold%2Eeu.cards");
    assertThat(known.at("/days/0/loads").asInt()).isOne();
    assertThat(get(READER, "/book/tables/gold%252Eeu.cards").statusCode()).isEqualTo(404);
    assertThat(get(OWNER, "/book/tables/gold%252Eeu.cards").statusCode()).isEqualTo(200);
  }

  @Test
  void aRightOnTheNamespaceOfThatBeginningIsNoneOnItsLineage() {
    String place = dotted.location();
    int slash = place.indexOf('/', "s3://".length());
    String event =
        """
        {"eventType": "COMPLETE", "eventTime": "%s",
         "run": {"runId": "0176a8c2-fe01-7439-87e6-56a1a1b4029f"},
         "job": {"namespace": "etl", "name": "daily"},
         "inputs": [{"namespace": "%s", "name": "%s"}],
         "outputs": [{"namespace": "lake", "name": "gold.open"}],
         "producer": "https://example.com/etl", "schemaURL": "https://example.com"}
        """
            .formatted(
                InstantSource.system().instant(),
                place.substring(0, slash),
                place.substring(slash + 1));
    HttpResponse<String> taken =
        rig.send(
            HttpRequest.newBuilder(rig.uri().resolve("/api/v1/lineage"))
                .header("Authorization", "Bearer " + OWNER)
                .POST(HttpRequest.BodyPublishers.ofString(event)));
    assertThat(taken.statusCode()).isEqualTo(201);
    assertThat(get(OWNER, "/lineage?table=gold.open").body()).contains("lake.gold%2Eeu.cards");
    for (String question :
        List.of("/lineage?table=gold.open", "/lineage/jobs", "/book/tables/gold.open")) {
      assertThat(get(READER, question).body()).doesNotContain("cards", "daily");
    }
    assertThat(get(OWNER, "/lineage?table=gold%252Eeu.cards").body()).contains("lake.gold.open");
    assertThat(get(OWNER, "/book/tables/gold%252Eeu.cards").body()).contains("lake.gold.open");
  }
}
