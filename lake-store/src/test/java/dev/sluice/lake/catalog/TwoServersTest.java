package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Postgres;
import dev.sluice.lake.Rows;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

/** Two catalogs over one PostgreSQL and the same files. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoServersTest {
  private static final Schema SCHEMA =
      new Schema(NestedField.required(1, "id", Types.LongType.get()));
  private static final int WRITERS = 4;
  private static final int EACH = 4;

  private CatalogRig one;
  private CatalogRig two;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Map<String, String> settings = new HashMap<>(Postgres.ofItsOwn());
    settings.put("SLUICE_STORAGE_KIND", "files");
    settings.put("SLUICE_CATALOG_WAREHOUSE", "file:" + directory.resolve("warehouse"));
    one = new CatalogRig(directory.resolve("one"), settings);
    two = new CatalogRig(directory.resolve("two"), settings);
  }

  @AfterAll
  void stop() throws Exception {
    one.stop();
    two.stop();
  }

  @Test
  void bothTakeCommitsToTheSameTableAndNoneIsLost() throws Exception {
    TableIdentifier name = TableIdentifier.of("raw", "both");
    try (RESTCatalog first = one.client();
        RESTCatalog second = two.client()) {
      first.createTable(name, SCHEMA);
      ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        long from = writer * (long) EACH;
        RESTCatalog client = writer % 2 == 0 ? first : second;
        running.add(threads.submit(() -> append(client, name, from)));
      }
      for (Future<?> each : running) {
        each.get();
      }
      threads.shutdown();
      for (RESTCatalog client : List.of(first, second)) {
        Table table = client.loadTable(name);
        assertThat(Rows.count(table)).isEqualTo((long) WRITERS * EACH);
        assertThat(table.snapshots()).hasSize(WRITERS * EACH);
      }
    }
  }

  private static void append(RESTCatalog client, TableIdentifier name, long from) {
    for (long id = from; id < from + EACH; id++) {
      boolean made = false;
      while (!made) {
        try {
          Rows.append(client.loadTable(name), List.of(Map.of("id", id)));
          made = true;
        } catch (CommitFailedException beaten) {
          made = false;
        }
      }
    }
  }

  @Test
  void whatOneWasToldTheOtherKnowsAtOnce() throws Exception {
    TableIdentifier name = TableIdentifier.of("raw", "known");
    try (RESTCatalog first = one.client();
        RESTCatalog second = two.client()) {
      Table table = first.createTable(name, SCHEMA);
      for (int i = 0; i < 10; i++) {
        table.updateProperties().set("n", Integer.toString(i)).commit();
        assertThat(second.loadTable(name).properties()).containsEntry("n", Integer.toString(i));
      }
      var tagged = two.get("/v1/namespaces/raw/tables/known");
      String tag = tagged.headers().firstValue("ETag").orElseThrow();
      table.updateProperties().set("n", "last").commit();
      HttpResponse<String> again =
          two.send(
              HttpRequest.newBuilder(two.uri().resolve("/v1/namespaces/raw/tables/known"))
                  .header("If-None-Match", tag)
                  .GET());
      assertThat(again.statusCode()).isEqualTo(200);
      assertThat(again.body()).contains("\"n\":\"last\"");
      first.dropTable(name, true);
      assertThat(second.tableExists(name)).isFalse();
    }
  }

  @Test
  void aRequestThatOneCarriedOutIsNotCarriedOutByTheOther() throws Exception {
    try (RESTCatalog first = one.client()) {
      first.createTable(TableIdentifier.of("raw", "keyed"), SCHEMA);
      UUID key = UUID.randomUUID();
      String body = update("first");
      assertThat(keyed(one, body, key).statusCode()).isEqualTo(200);
      assertThat(one.post("/v1/namespaces/raw/tables/keyed", update("second")).statusCode())
          .isEqualTo(200);
      assertThat(keyed(two, body, key).statusCode()).isEqualTo(200);
      assertThat(keyed(two, update("third"), key).statusCode()).isEqualTo(422);
      assertThat(first.loadTable(TableIdentifier.of("raw", "keyed")).properties())
          .containsEntry("k", "second");
    }
  }

  private static String update(String value) {
    return "{\"requirements\":[],\"updates\":[{\"action\":\"set-properties\",\"updates\":{\"k\":\""
        + value
        + "\"}}]}";
  }

  private static HttpResponse<String> keyed(CatalogRig rig, String body, UUID key) {
    return rig.send(
        HttpRequest.newBuilder(rig.uri().resolve("/v1/namespaces/raw/tables/keyed"))
            .header("Idempotency-Key", key.toString())
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  @Test
  void aPlanOfOneIsRefusedByTheOtherWithAWordOnWhatToDo() throws Exception {
    try (RESTCatalog first = one.client()) {
      Table table = first.createTable(TableIdentifier.of("raw", "planned"), SCHEMA);
      Rows.append(table, List.of(Map.of("id", 1L)));
      String path = "/v1/namespaces/raw/tables/planned/plan";
      String plan = CatalogRig.json(one.post(path, "{}")).path("plan-id").asText();
      assertThat(one.get(path + "/" + plan).statusCode()).isEqualTo(200);
      HttpResponse<String> refused = two.get(path + "/" + plan);
      assertThat(refused.statusCode()).isEqualTo(404);
      assertThat(CatalogRig.json(refused).at("/error/type").asText())
          .isEqualTo("NoSuchPlanIdException");
      assertThat(refused.body()).contains("another server made it: plan again");
    }
  }
}
