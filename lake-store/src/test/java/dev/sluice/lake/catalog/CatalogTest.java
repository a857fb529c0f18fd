package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogTest {
  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "name", Types.StringType.get()));

  private CatalogRig rig;
  private RESTCatalog client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    rig = new CatalogRig(directory);
    client = rig.client();
  }

  @AfterAll
  void stop() throws Exception {
    client.close();
    rig.stop();
  }

  @Test
  void theFirstNamespacesAreThere() {
    assertThat(client.listNamespaces())
        .contains(Namespace.of("raw"), Namespace.of("gold"), Namespace.of("ops"));
  }

  @Test
  void aNamespaceIsMadeChangedAndDropped() {
    Namespace namespace = Namespace.of("shop a/b");
    client.createNamespace(namespace, new HashMap<>(Map.of("owner", "ann")));
    assertThat(client.namespaceExists(namespace)).isTrue();
    client.setProperties(namespace, new HashMap<>(Map.of("owner", "bob", "tier", "1")));
    client.removeProperties(namespace, new HashSet<>(Set.of("tier")));
    assertThat(client.loadNamespaceMetadata(namespace))
        .containsEntry("owner", "bob")
        .doesNotContainKey("tier");
    assertThatThrownBy(() -> client.createNamespace(namespace))
        .isInstanceOf(AlreadyExistsException.class);
    assertThat(client.dropNamespace(namespace)).isTrue();
    assertThat(client.namespaceExists(namespace)).isFalse();
  }

  @Test
  void namespacesMayLieInNamespaces() {
    Namespace outer = Namespace.of("outer");
    Namespace inner = Namespace.of("outer", "inner");
    client.createNamespace(outer);
    client.createNamespace(inner);
    Table table = client.createTable(TableIdentifier.of(inner, "t"), SCHEMA);
    Rows.append(table, List.of(Map.of("id", 1L)));
    assertThat(client.listNamespaces(outer)).containsExactly(inner);
    assertThat(client.listTables(inner)).containsExactly(TableIdentifier.of(inner, "t"));
  }

  @Test
  void aNamespaceWithTablesIsNotDropped() {
    Namespace namespace = Namespace.of("full");
    client.createNamespace(namespace);
    client.createTable(TableIdentifier.of(namespace, "t"), SCHEMA);
    assertThatThrownBy(() -> client.dropNamespace(namespace))
        .isInstanceOf(NamespaceNotEmptyException.class);
  }

  @Test
  void aTableIsMadeFilledEvolvedRenamedAndDropped() {
    TableIdentifier first = TableIdentifier.of("raw", "first");
    TableIdentifier second = TableIdentifier.of("gold", "second");
    Table table = client.createTable(first, SCHEMA, PartitionSpec.unpartitioned());
    Rows.append(table, List.of(Map.of("id", 1L, "name", "a"), Map.of("id", 2L)));
    table.updateSchema().addColumn("price", Types.DoubleType.get()).commit();
    table.updateSchema().renameColumn("name", "title").commit();
    Rows.append(table, List.of(Map.of("id", 3L, "title", "c", "price", 1.5)));
    assertThat(Rows.count(client.loadTable(first))).isEqualTo(3);
    client.renameTable(first, second);
    assertThat(client.tableExists(first)).isFalse();
    assertThat(Rows.count(client.loadTable(second))).isEqualTo(3);
    assertThat(client.dropTable(second, true)).isTrue();
    assertThatThrownBy(() -> client.loadTable(second)).isInstanceOf(NoSuchTableException.class);
    assertThat(client.dropTable(second, false)).isFalse();
  }

  @Test
  void aStagedTableAppearsOnlyWhenItsTransactionCommits() {
    TableIdentifier name = TableIdentifier.of("raw", "staged");
    Transaction transaction = client.newCreateTableTransaction(name, SCHEMA);
    transaction
        .newAppend()
        .appendFile(Rows.file(transaction.table(), List.of(Map.of("id", 7L))))
        .commit();
    assertThat(client.tableExists(name)).isFalse();
    transaction.commitTransaction();
    assertThat(Rows.count(client.loadTable(name))).isEqualTo(1);
    assertThatThrownBy(() -> client.newCreateTableTransaction(name, SCHEMA))
        .isInstanceOf(AlreadyExistsException.class);
  }

  @Test
  void aDroppedTableIsRegisteredAgainFromItsMetadata() {
    TableIdentifier name = TableIdentifier.of("raw", "registered");
    Table table = client.createTable(name, SCHEMA);
    Rows.append(table, List.of(Map.of("id", 1L)));
    String metadata =
        ((org.apache.iceberg.BaseTable) client.loadTable(name))
            .operations()
            .current()
            .metadataFileLocation();
    client.dropTable(name, false);
    client.registerTable(name, metadata);
    assertThat(Rows.count(client.loadTable(name))).isEqualTo(1);
  }

  @Test
  void aCommitWhoseRequirementNoLongerHoldsIsAConflict() {
    TableIdentifier name = TableIdentifier.of("raw", "moved");
    Table table = client.createTable(name, SCHEMA);
    Rows.append(table, List.of(Map.of("id", 1L)));
    long stale = client.loadTable(name).currentSnapshot().snapshotId();
    Rows.append(table, List.of(Map.of("id", 2L)));
    String body =
        """
        {"requirements":[{"type":"assert-ref-snapshot-id","ref":"main","snapshot-id":%d}],
         "updates":[{"action":"set-properties","updates":{"k":"v"}}]}
        """
            .formatted(stale);
    var answer = rig.post("/v1/namespaces/raw/tables/moved", body);
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(CatalogRig.json(answer).at("/error/type").asText())
        .isEqualTo("CommitFailedException");
    assertThat(CatalogRig.json(answer).at("/error/code").asInt()).isEqualTo(409);
    assertThat(client.loadTable(name).properties()).doesNotContainKey("k");
  }

  @Test
  void aCommitOnAStaleTableIsRefusedAndLeavesTheTableAsItWas() {
    TableIdentifier name = TableIdentifier.of("raw", "stale");
    client.createTable(name, SCHEMA);
    Table one = client.loadTable(name);
    Table two = client.loadTable(name);
    var change = one.updateSchema().addColumn("a", Types.LongType.get());
    two.updateSchema().addColumn("b", Types.LongType.get()).commit();
    assertThatThrownBy(change::commit).isInstanceOf(CommitFailedException.class);
    assertThat(client.loadTable(name).schema().findField("a")).isNull();
  }

  @Test
  void viewsAreKeptToo() {
    TableIdentifier name = TableIdentifier.of("gold", "a_view");
    client
        .buildView(name)
        .withSchema(SCHEMA)
        .withDefaultNamespace(Namespace.of("gold"))
        .withQuery("duckdb", "SELECT 1 AS id, 'x' AS name")
        .create();
    assertThat(client.listViews(Namespace.of("gold"))).contains(name);
    assertThat(client.loadView(name).schema().columns()).hasSize(2);
    assertThat(client.dropView(name)).isTrue();
  }

  @Test
  void listsComeInPages() {
    Namespace namespace = Namespace.of("paged");
    client.createNamespace(namespace);
    for (int i = 0; i < 5; i++) {
      client.createTable(TableIdentifier.of(namespace, "t" + i), SCHEMA);
    }
    var first = CatalogRig.json(rig.get("/v1/namespaces/paged/tables?pageSize=2&pageToken="));
    assertThat(first.path("identifiers")).hasSize(2);
    String token = first.path("next-page-token").asText();
    var rest = CatalogRig.json(rig.get("/v1/namespaces/paged/tables?pageToken=" + token));
    assertThat(rest.path("identifiers")).hasSize(3);
  }

  @Test
  void errorsComeInIcebergsModelWithTheRightCode() {
    assertRefused("/v1/namespaces/none/tables", 404, "NoSuchNamespaceException");
    assertRefused("/v1/namespaces/raw/tables/none", 404, "NoSuchTableException");
    assertRefused("/v1/namespaces/raw/views/none", 404, "NoSuchViewException");
    assertRefused("/v1/nothing", 404, "NotFoundException");
    assertThatThrownBy(() -> client.listTables(Namespace.of("none")))
        .isInstanceOf(NoSuchNamespaceException.class);
  }

  @Test
  void whatIsNotOfferedIsSaidToBeSo() {
    var answer = rig.post("/v1/namespaces/raw/tables/t/sign", "{}");
    assertThat(answer.statusCode()).isEqualTo(501);
    assertThat(CatalogRig.json(answer).at("/error/type").asText())
        .isEqualTo("UnsupportedOperationException");
    assertThat(rig.get("/v1/config").body())
        .contains("POST /v1/{prefix}/namespaces/{namespace}/tables/{table}")
        .doesNotContain("/sign");
  }

  @Test
  void aQueryParameterThatWouldBeIgnoredIsRefused() {
    assertRefused("/v1/namespaces/raw/tables?sort=name", 400, "BadRequestException");
    assertRefused("/v1/namespaces/raw/tables?pageSize=0", 400, "BadRequestException");
    assertRefused("/v1/config?warehouse=elsewhere", 400, "BadRequestException");
  }

  @Test
  void aRequestThatIsNotJsonIsRefused() {
    var answer = rig.post("/v1/namespaces", "{not json");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(CatalogRig.json(answer).at("/error/message").asText()).contains("not valid");
  }

  @Test
  void metricsReportsAreCounted() {
    TableIdentifier name = TableIdentifier.of("raw", "measured");
    Table table = client.createTable(name, SCHEMA);
    Rows.append(table, List.of(Map.of("id", 1L)));
    var answer =
        rig.post(
            "/v1/namespaces/raw/tables/measured/metrics",
            """
            {"report-type":"commit-report","table-name":"raw.measured","snapshot-id":1,
             "sequence-number":1,"operation":"append","metrics":{},"metadata":{}}
            """);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    assertThat(rig.get("/metrics").body())
        .contains("sluice_catalog_reports_total")
        .contains("sluice_catalog_commits_seconds_count{outcome=\"committed\"}");
  }

  private void assertRefused(String path, int status, String type) {
    var answer = rig.get(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(CatalogRig.json(answer).at("/error/type").asText()).isEqualTo(type);
    assertThat(CatalogRig.json(answer).at("/error/code").asInt()).isEqualTo(status);
  }
}
