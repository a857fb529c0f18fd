package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

/** What the catalog promises over whichever database. */
interface CatalogContract {
  Schema SCHEMA = new Schema(NestedField.required(1, "id", Types.LongType.get()));

  CatalogRig rig();

  private RESTCatalog client() {
    return rig().client();
  }

  private static String set(String key, String value) {
    return "{\"action\":\"set-properties\",\"updates\":{\"" + key + "\":\"" + value + "\"}}";
  }

  private static String change(String table, String requirement, String key, String value) {
    return """
        {"identifier":{"namespace":["raw"],"name":"%s"},"requirements":[%s],"updates":[%s]}
        """
        .formatted(table, requirement, set(key, value));
  }

  private HttpResponse<String> keyed(String path, String body, UUID key) {
    return rig()
        .send(
            HttpRequest.newBuilder(rig().uri().resolve(path))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key.toString())
                .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private String property(RESTCatalog client, String table, String key) {
    return client.loadTable(TableIdentifier.of("raw", table)).properties().get(key);
  }

  @Test
  default void twoBranchesOfATableAreWrittenToAtOnce() throws IOException {
    try (RESTCatalog client = client()) {
      TableIdentifier name = TableIdentifier.of("raw", "branches");
      Table table = client.createTable(name, SCHEMA);
      Table same = client.loadTable(name);
      var slow = table.newTransaction();
      slow.newAppend()
          .appendFile(Rows.file(table, List.of(Map.of("id", 1L))))
          .toBranch("slow")
          .commit();
      same.newAppend()
          .appendFile(Rows.file(same, List.of(Map.of("id", 2L))))
          .toBranch("quick")
          .commit();
      slow.commitTransaction();
      assertThat(client.loadTable(name).refs()).containsOnlyKeys("slow", "quick");
    }
  }

  @Test
  default void severalTablesCommitTogether() throws IOException {
    try (RESTCatalog client = client()) {
      Table one = client.createTable(TableIdentifier.of("raw", "together_1"), SCHEMA);
      Table two = client.createTable(TableIdentifier.of("raw", "together_2"), SCHEMA);
      var first = one.newTransaction();
      first.newAppend().appendFile(Rows.file(one, List.of(Map.of("id", 1L)))).commit();
      var second = two.newTransaction();
      second.newAppend().appendFile(Rows.file(two, List.of(Map.of("id", 2L)))).commit();
      client.commitTransaction(
          TableCommit.create(
              TableIdentifier.of("raw", "together_1"),
              ((BaseTable) one).operations().current(),
              ((HasTableOperations) first.table()).operations().current()),
          TableCommit.create(
              TableIdentifier.of("raw", "together_2"),
              ((BaseTable) two).operations().current(),
              ((HasTableOperations) second.table()).operations().current()));
      assertThat(Rows.count(client.loadTable(TableIdentifier.of("raw", "together_1")))).isOne();
      assertThat(Rows.count(client.loadTable(TableIdentifier.of("raw", "together_2")))).isOne();
    }
  }

  @Test
  default void aTransactionWithOneStaleTableChangesNone() throws IOException {
    try (RESTCatalog client = client()) {
      for (String table : List.of("stale_1", "stale_2", "stale_3")) {
        client.createTable(TableIdentifier.of("raw", table), SCHEMA);
      }
      String wrong = "{\"type\":\"assert-current-schema-id\",\"current-schema-id\":7}";
      var answer =
          rig()
              .post(
                  "/v1/transactions/commit",
                  "{\"table-changes\":[%s,%s,%s]}"
                      .formatted(
                          change("stale_1", "", "k", "v"),
                          change("stale_2", wrong, "k", "v"),
                          change("stale_3", "", "k", "v")));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
      assertThat(CatalogRig.json(answer).at("/error/message").asText())
          .contains("raw.stale_2")
          .contains("current schema changed");
      for (String table : List.of("stale_1", "stale_2", "stale_3")) {
        assertThat(property(client, table, "k")).isNull();
      }
    }
  }

  @Test
  default void aCommitSentAgainIsNotAppliedAgain() throws IOException {
    try (RESTCatalog client = client()) {
      TableIdentifier name = TableIdentifier.of("raw", "again");
      client.createTable(name, SCHEMA);
      String path = "/v1/namespaces/raw/tables/again";
      UUID key = UUID.randomUUID();
      String body = "{\"requirements\":[],\"updates\":[" + set("k", "first") + "]}";
      assertThat(keyed(path, body, key).statusCode()).isEqualTo(200);
      String other = "{\"requirements\":[],\"updates\":[" + set("k", "second") + "]}";
      assertThat(rig().post(path, other).statusCode()).isEqualTo(200);
      HttpResponse<String> repeated = keyed(path, body, key);
      assertThat(repeated.statusCode()).as(repeated.body()).isEqualTo(200);
      assertThat(property(client, "again", "k")).isEqualTo("second");
      assertThat(keyed(path, other, key).statusCode()).isEqualTo(422);
      assertThat(rig().get("/v1/config").body()).contains("\"idempotency-key-lifetime\":\"PT30M\"");
    }
  }

  @Test
  default void aRefusalIsRepeatedAndADropIsNotDoneTwice() throws IOException {
    try (RESTCatalog client = client()) {
      UUID key = UUID.randomUUID();
      String body = "{\"namespace\":[\"kept\"],\"properties\":{}}";
      assertThat(keyed("/v1/namespaces", body, key).statusCode()).isEqualTo(200);
      assertThat(keyed("/v1/namespaces", body, key).statusCode()).isEqualTo(200);
      UUID second = UUID.randomUUID();
      assertThat(keyed("/v1/namespaces", body, second).statusCode()).isEqualTo(409);
      client.dropNamespace(Namespace.of("kept"));
      assertThat(keyed("/v1/namespaces", body, second).statusCode()).isEqualTo(409);
      assertThat(rig().get("/v1/namespaces/kept").statusCode()).isEqualTo(404);
    }
  }

  @Test
  default void namespacesLieInNamespacesThatExist() throws IOException {
    try (RESTCatalog client = client()) {
      Namespace deep = Namespace.of("up", "middle", "down");
      assertThatThrownBy(() -> client.createNamespace(deep))
          .isInstanceOf(NoSuchNamespaceException.class);
      client.createNamespace(Namespace.of("up"));
      client.createNamespace(Namespace.of("up", "middle"));
      client.createNamespace(deep);
      assertThat(client.listNamespaces(Namespace.of("up")))
          .containsExactly(Namespace.of("up", "middle"));
      assertThatThrownBy(() -> client.dropNamespace(Namespace.of("up")))
          .isInstanceOf(NamespaceNotEmptyException.class);
      client.createNamespace(Namespace.of("up.middle"));
      assertThat(client.listTables(Namespace.of("up.middle"))).isEmpty();
      assertThat(client.listNamespaces(Namespace.of("up.middle"))).isEmpty();
    }
  }

  @Test
  default void namesAreKeptWhateverTheyHold() throws IOException {
    try (RESTCatalog client = client()) {
      Namespace namespace = Namespace.of("odd'; DROP TABLE sluice_pointers; --");
      client.createNamespace(namespace);
      List<String> names =
          List.of("a\"b", "x'); DELETE FROM sluice_pointers; --", "日本 表", "%_*", "\\", "a/b", "..");
      for (String name : names) {
        client.createTable(TableIdentifier.of(namespace, name), SCHEMA);
      }
      assertThat(client.listTables(namespace).stream().map(TableIdentifier::name))
          .containsExactlyInAnyOrderElementsOf(names);
      for (String name : names) {
        TableIdentifier table = TableIdentifier.of(namespace, name);
        Rows.append(client.loadTable(table), List.of(Map.of("id", 1L)));
        assertThat(Rows.count(client.loadTable(table))).isOne();
        client.dropTable(table, true);
      }
      client.dropNamespace(namespace);
    }
  }

  /** Whatever a name holds, it is kept as it is or refused as a bad request. */
  @Test
  default void randomNamesComeBackAsTheyWereOrAreRefused() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    int kept = 0;
    try (RESTCatalog client = client()) {
      for (int i = 0; i < 60; i++) {
        Namespace namespace = Namespace.of("n" + i + odd(random));
        TableIdentifier table = TableIdentifier.of(namespace, odd(random));
        try {
          client.createNamespace(namespace);
          client.createTable(table, SCHEMA);
        } catch (BadRequestException refused) {
          assertThat(refused).hasMessageNotContaining("SQL");
          continue;
        }
        kept++;
        assertThat(client.listNamespaces()).contains(namespace);
        assertThat(client.listTables(namespace)).containsExactly(table);
        assertThat(client.loadTable(table).schema().columns()).hasSize(1);
        TableIdentifier moved = TableIdentifier.of(namespace, table.name() + "'");
        client.renameTable(table, moved);
        assertThat(client.tableExists(table)).isFalse();
        assertThat(client.dropTable(moved, false)).isTrue();
        assertThat(client.dropNamespace(namespace)).isTrue();
      }
      assertThat(kept).isPositive();
      String longest = "\u00e4".repeat(900);
      assertThatThrownBy(() -> client.createTable(TableIdentifier.of("raw", longest), SCHEMA))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("too long");
    }
  }

  private static String odd(Random random) {
    String likely =
        "'\"\\`;-%_*?#&=+/.:{}[]()<>|~^$@! \u00e9\u65e5\u0301\u202e\u200b\n\t\u007f\u001f";
    StringBuilder name = new StringBuilder();
    for (int length = 1 + random.nextInt(12); length > 0; length--) {
      if (random.nextInt(4) == 0) {
        int any = random.nextInt(Character.MAX_CODE_POINT);
        name.appendCodePoint((any >= 0xd800 && any <= 0xdfff) || any == 0 ? 'x' : any);
      } else {
        // What is refused is rarer than what is not, lest every name be refused.
        name.append(likely.charAt(random.nextInt(random.nextInt(8) == 0 ? likely.length() : 40)));
      }
    }
    return name.toString();
  }

  @Test
  default void listsComeInPagesThatNothingMoves() throws IOException {
    try (RESTCatalog client = client()) {
      Namespace namespace = Namespace.of("leafed");
      client.createNamespace(namespace);
      for (int i = 0; i < 7; i++) {
        client.createTable(TableIdentifier.of(namespace, "t" + i), SCHEMA);
      }
      JsonNode page =
          CatalogRig.json(rig().get("/v1/namespaces/leafed/tables?pageSize=3&pageToken="));
      client.dropTable(TableIdentifier.of(namespace, "t0"));
      List<String> seen = new ArrayList<>();
      while (true) {
        page.path("identifiers").forEach(each -> seen.add(each.path("name").asText()));
        if (page.path("next-page-token").asText("").isEmpty()
            || page.path("next-page-token").isNull()) {
          break;
        }
        page =
            CatalogRig.json(
                rig()
                    .get(
                        "/v1/namespaces/leafed/tables?pageSize=3&pageToken="
                            + page.path("next-page-token").asText()));
      }
      assertThat(seen).containsExactly("t0", "t1", "t2", "t3", "t4", "t5", "t6");
    }
  }

  @Test
  default void aTableThatHasNotChangedIsNotSentAgain() throws IOException {
    try (RESTCatalog client = client()) {
      Table table = client.createTable(TableIdentifier.of("raw", "tagged"), SCHEMA);
      var first = rig().get("/v1/namespaces/raw/tables/tagged");
      String tag = first.headers().firstValue("ETag").orElseThrow();
      assertThat(ifNoneMatch(tag, "").statusCode()).isEqualTo(304);
      assertThat(ifNoneMatch(tag, "?snapshots=refs").statusCode()).isEqualTo(200);
      Rows.append(table, List.of(Map.of("id", 1L)));
      assertThat(ifNoneMatch(tag, "").statusCode()).isEqualTo(200);
    }
  }

  private HttpResponse<String> ifNoneMatch(String tag, String query) {
    return rig()
        .send(
            HttpRequest.newBuilder(rig().uri().resolve("/v1/namespaces/raw/tables/tagged" + query))
                .header("If-None-Match", tag)
                .GET());
  }

  @Test
  default void aTableIsRegisteredOverAnother() throws IOException {
    try (RESTCatalog client = client()) {
      TableIdentifier name = TableIdentifier.of("raw", "over");
      Table table = client.createTable(name, SCHEMA);
      String before = ((BaseTable) table).operations().current().metadataFileLocation();
      Rows.append(table, List.of(Map.of("id", 1L)));
      String body = "{\"name\":\"over\",\"metadata-location\":\"" + before + "\",\"overwrite\":%s}";
      String path = "/v1/namespaces/raw/register";
      assertThat(rig().post(path, body.formatted("false")).statusCode()).isEqualTo(409);
      assertThat(rig().post(path, body.formatted("true")).statusCode()).isEqualTo(200);
      assertThat(client.loadTable(name).currentSnapshot()).isNull();
    }
  }

  @Test
  default void aTableMovesToANamespaceThatExistsAndANameThatIsFree() throws IOException {
    try (RESTCatalog client = client()) {
      TableIdentifier from = TableIdentifier.of("raw", "moving");
      client.createTable(from, SCHEMA);
      client.createTable(TableIdentifier.of("gold", "taken"), SCHEMA);
      assertThatThrownBy(() -> client.renameTable(from, TableIdentifier.of("nowhere", "x")))
          .isInstanceOf(NoSuchNamespaceException.class);
      assertThatThrownBy(() -> client.renameTable(from, TableIdentifier.of("gold", "taken")))
          .isInstanceOf(AlreadyExistsException.class);
      client.renameTable(from, TableIdentifier.of("gold", "moved"));
      assertThat(client.tableExists(from)).isFalse();
      assertThat(client.tableExists(TableIdentifier.of("gold", "moved"))).isTrue();
    }
  }

  /** Each appends until it is let; every row must be there in the end. */
  @Test
  default void writersAtTheSameTimeLoseNothing() throws Exception {
    int writers = 4;
    int each = 4;
    TableIdentifier name = TableIdentifier.of("raw", "contested");
    try (RESTCatalog client = client()) {
      client.createTable(name, SCHEMA);
      ExecutorService threads = Executors.newFixedThreadPool(writers);
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        long first = writer * (long) each;
        running.add(
            threads.submit(
                () -> {
                  for (long id = first; id < first + each; id++) {
                    append(client, name, id);
                  }
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
      threads.shutdown();
      Table table = client.loadTable(name);
      assertThat(Rows.count(table)).isEqualTo((long) writers * each);
      assertThat(table.snapshots()).hasSize(writers * each);
    }
  }

  private static void append(RESTCatalog client, TableIdentifier name, long id) {
    while (true) {
      try {
        Rows.append(client.loadTable(name), List.of(Map.of("id", id)));
        return;
      } catch (CommitFailedException beaten) {
        // Another was faster each time; the file was removed with the attempt. Once more, then.
      }
    }
  }
}
