package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.BaseTable;
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

/** Requests that are carried out and whose answers never come. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LostAnswersTest {
  private static final Schema SCHEMA =
      new Schema(NestedField.required(1, "id", Types.LongType.get()));
  private static final String NAMESPACES = "/v1/namespaces";
  private static final String TABLES = NAMESPACES + "/raw/tables";
  private static final String SET = "{\"action\":\"set-properties\",\"updates\":{\"k\":\"%s\"}}";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private CatalogRig rig;
  private CutProxy proxy;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    rig = new CatalogRig(directory);
    proxy = new CutProxy(rig.uri());
  }

  @AfterAll
  void stop() throws Exception {
    proxy.close();
    rig.stop();
  }

  private HttpResponse<String> send(URI at, String method, String path, String body, UUID key)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(at.resolve(path))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key.toString())
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** The answer is lost, the same is sent again, and then the same as a request of its own. */
  private void lost(String method, String path, String body, int status, int anew)
      throws Exception {
    UUID key = UUID.randomUUID();
    int before = proxy.lost();
    proxy.lose(1);
    assertThatThrownBy(() -> send(proxy.uri(), method, path, body, key))
        .isInstanceOf(IOException.class);
    assertThat(proxy.lost()).isEqualTo(before + 1);
    HttpResponse<String> again = send(rig.uri(), method, path, body, key);
    assertThat(again.statusCode()).as(method + path + again.body()).isEqualTo(status);
    HttpResponse<String> other = send(rig.uri(), method, path, body, UUID.randomUUID());
    assertThat(other.statusCode()).as(method + path + other.body()).isEqualTo(anew);
  }

  private TableMetadataAt at(String table) throws IOException {
    try (RESTCatalog client = rig.client()) {
      Table loaded = client.loadTable(TableIdentifier.of("raw", table));
      var metadata = ((BaseTable) loaded).operations().current();
      return new TableMetadataAt(metadata.metadataFileLocation(), metadata.previousFiles().size());
    }
  }

  private record TableMetadataAt(String location, int commits) {}

  @Test
  void nothingIsCarriedOutTwiceWhateverItIs() throws Exception {
    lost("POST", NAMESPACES, "{\"namespace\":[\"lost\"],\"properties\":{\"a\":\"1\"}}", 200, 409);
    String create =
        "{\"name\":\"lost\",\"schema\":{\"type\":\"struct\",\"schema-id\":0,\"fields\":"
            + "[{\"id\":1,\"name\":\"id\",\"required\":true,\"type\":\"long\"}]}}";
    lost("POST", TABLES, create, 200, 409);
    String schema = "{\"type\":\"assert-current-schema-id\",\"current-schema-id\":0}";
    String commit =
        "{\"requirements\":[" + schema + "],\"updates\":[" + SET.formatted("one") + "]}";
    lost("POST", TABLES + "/lost", commit, 200, 200);
    assertThat(at("lost").commits()).as("sent three times, two of them the same").isEqualTo(2);
    String transaction =
        "{\"table-changes\":[{\"identifier\":{\"namespace\":[\"raw\"],\"name\":\"lost\"},"
            + "\"requirements\":[],\"updates\":["
            + SET.formatted("two")
            + "]}]}";
    lost("POST", "/v1/transactions/commit", transaction, 204, 204);
    String rename =
        "{\"source\":{\"namespace\":[\"raw\"],\"name\":\"lost\"},"
            + "\"destination\":{\"namespace\":[\"lost\"],\"name\":\"moved\"}}";
    lost("POST", "/v1/tables/rename", rename, 204, 404);
    lost("DELETE", NAMESPACES + "/lost/tables/moved", "", 204, 404);
    String register = "{\"name\":\"registered\",\"metadata-location\":\"" + location() + "\"}";
    lost("POST", NAMESPACES + "/raw/register", register, 200, 409);
    lost("DELETE", NAMESPACES + "/lost", "", 204, 404);
  }

  private String location() throws IOException {
    try (RESTCatalog client = rig.client()) {
      TableIdentifier name = TableIdentifier.of("raw", "source");
      Table table = client.createTable(name, SCHEMA);
      client.dropTable(name, false);
      return ((BaseTable) table).operations().current().metadataFileLocation();
    }
  }

  @Test
  void aRetriedChangeOfPropertiesIsAnsweredAsTheFirstWas() throws Exception {
    UUID key = UUID.randomUUID();
    String path = NAMESPACES + "/props";
    rig.post(NAMESPACES, "{\"namespace\":[\"props\"],\"properties\":{\"old\":\"1\"}}");
    String body = "{\"updates\":{\"new\":\"2\"},\"removals\":[\"old\",\"never\"]}";
    proxy.lose(1);
    assertThatThrownBy(() -> send(proxy.uri(), "POST", path + "/properties", body, key))
        .isInstanceOf(IOException.class);
    rig.post(path + "/properties", "{\"updates\":{\"old\":\"3\"},\"removals\":[\"new\"]}");
    var again = send(rig.uri(), "POST", path + "/properties", body, key);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(CatalogRig.json(again).path("removed").toString()).isEqualTo("[\"old\"]");
    assertThat(CatalogRig.json(again).path("missing").toString()).isEqualTo("[\"never\"]");
    assertThat(CatalogRig.json(again).path("updated").toString()).isEqualTo("[\"new\"]");
    assertThat(CatalogRig.json(rig.get(path)).path("properties").toString())
        .contains("\"old\":\"3\"")
        .doesNotContain("new");
  }

  /** The client gives a key to each request and sends it again by itself. */
  @Test
  void anIcebergClientThatLosesAnswersAppendsEachRowOnce() throws Exception {
    TableIdentifier name = TableIdentifier.of("raw", "appended");
    try (RESTCatalog client = new RESTCatalog()) {
      client.initialize("lake", Map.of("uri", proxy.uri().toString()));
      Table table = client.createTable(name, SCHEMA);
      for (long id = 0; id < 5; id++) {
        var file = Rows.file(table, List.of(Map.of("id", id)));
        proxy.lose(1);
        table.newFastAppend().appendFile(file).commit();
      }
      Table after = client.loadTable(name);
      assertThat(after.snapshots()).hasSize(5);
      assertThat(Rows.count(after)).isEqualTo(5);
    }
  }
}
