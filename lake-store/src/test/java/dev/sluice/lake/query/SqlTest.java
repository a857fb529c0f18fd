package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SqlTest {
  private static final Schema EVENTS =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "type", Types.StringType.get()),
          NestedField.optional(3, "price", Types.DecimalType.of(10, 2)),
          NestedField.optional(4, "at", Types.TimestampType.withZone()),
          NestedField.optional(
              5,
              "_extra",
              Types.MapType.ofOptional(6, 7, Types.StringType.get(), Types.StringType.get())),
          NestedField.optional(8, "score", Types.DoubleType.get()));

  private CatalogRig rig;
  private RESTCatalog client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    rig = new CatalogRig(directory, Map.of("SLUICE_SQL_ROW_LIMIT", "50"));
    client = rig.client();
    Table events = client.createTable(TableIdentifier.of("raw", "events"), EVENTS);
    Rows.append(
        events,
        List.of(
            Map.of(
                "id",
                1L,
                "type",
                "view",
                "price",
                new BigDecimal("1.50"),
                "at",
                OffsetDateTime.parse("2026-01-02T03:04:05Z"),
                "_extra",
                Map.of("k", "\"v\""),
                "score",
                Double.NaN),
            Map.of("id", 2L, "type", "purchase", "score", 0.5)));
    Rows.append(events, List.of(Map.of("id", 3L, "type", "view")));
    client.createTable(TableIdentifier.of("gold", "empty"), EVENTS);
  }

  @AfterAll
  void stop() throws Exception {
    client.close();
    rig.stop();
  }

  @Test
  void rowsComeBackAsTheyWereWritten() {
    JsonNode answer = CatalogRig.json(rig.sql("SELECT * FROM lake.raw.events ORDER BY id"));
    assertThat(answer.path("columns").toString())
        .isEqualTo(
            "[{\"name\":\"id\",\"type\":\"BIGINT\"},{\"name\":\"type\",\"type\":\"VARCHAR\"},"
                + "{\"name\":\"price\",\"type\":\"DECIMAL(10,2)\"},"
                + "{\"name\":\"at\",\"type\":\"TIMESTAMP WITH TIME ZONE\"},"
                + "{\"name\":\"_extra\",\"type\":\"MAP(VARCHAR, VARCHAR)\"},"
                + "{\"name\":\"score\",\"type\":\"DOUBLE\"}]");
    assertThat(answer.path("rows").get(0).toString())
        .isEqualTo("[1,\"view\",\"1.50\",\"2026-01-02T03:04:05Z\",{\"k\":\"\\\"v\\\"\"},\"NaN\"]");
    assertThat(answer.path("rows").get(1).toString())
        .isEqualTo("[2,\"purchase\",null,null,null,0.5]");
    assertThat(answer.path("rowCount").asInt()).isEqualTo(3);
    assertThat(answer.path("filesRead").asInt()).isEqualTo(2);
    assertThat(answer.path("truncated").asBoolean()).isFalse();
    assertThat(answer.has("elapsedMillis")).isTrue();
  }

  @Test
  void namesWorkWithAndWithoutTheCatalogAndInAnyCase() {
    String expected = "[[3]]";
    assertThat(rig.rows("SELECT count(*) FROM raw.events")).hasToString(expected);
    assertThat(rig.rows("SELECT count(*) FROM LAKE.Raw.EVENTS")).hasToString(expected);
    assertThat(rig.rows("SELECT count(*) FROM \"lake\".\"raw\".\"events\"")).hasToString(expected);
    assertThat(rig.rows("FROM raw.events SELECT count(*)")).hasToString(expected);
  }

  @Test
  void joinsSubqueriesAndCommonTablesWork() {
    assertThat(
            rig.rows(
                """
                WITH views AS (SELECT id FROM lake.raw.events WHERE type = 'view')
                SELECT e.id, (SELECT count(*) FROM gold.empty) AS none
                FROM raw.events e JOIN views USING (id)
                WHERE EXISTS (SELECT 1 FROM lake.raw.events x WHERE x.id = e.id)
                UNION ALL SELECT 9, 9 ORDER BY id
                """))
        .hasToString("[[1,0],[3,0],[9,9]]");
    assertThat(rig.rows("SELECT sum(range) FROM range(5)")).hasToString("[[10]]");
    assertThat(rig.rows("VALUES (1, 'a')")).hasToString("[[1,\"a\"]]");
  }

  @Test
  void anEmptyTableHasItsColumns() {
    JsonNode answer = CatalogRig.json(rig.sql("SELECT * FROM lake.gold.empty"));
    assertThat(answer.path("rows")).isEmpty();
    assertThat(answer.path("columns")).hasSize(6);
    assertThat(rig.rows("DESCRIBE lake.gold.empty").get(2).get(1).asText())
        .isEqualTo("DECIMAL(10,2)");
  }

  @Test
  void aColumnThatWasRenamedOrAddedOrWidenedReadsRightInOldFiles() {
    TableIdentifier name = TableIdentifier.of("raw", "evolved");
    Table table =
        client.createTable(
            name,
            new Schema(
                NestedField.required(1, "id", Types.IntegerType.get()),
                NestedField.optional(2, "a", Types.StringType.get()),
                NestedField.optional(3, "gone", Types.StringType.get())));
    Rows.append(table, List.of(Map.of("id", 1, "a", "old", "gone", "x")));
    table
        .updateSchema()
        .renameColumn("a", "b")
        .deleteColumn("gone")
        .updateColumn("id", Types.LongType.get())
        .commit();
    table.updateSchema().addColumn("a", Types.StringType.get()).moveFirst("a").commit();
    Rows.append(table, List.of(Map.of("id", 2L, "b", "new", "a", "other")));
    assertThat(rig.rows("SELECT * FROM raw.evolved ORDER BY id"))
        .hasToString("[[null,1,\"old\"],[\"other\",2,\"new\"]]");
  }

  @Test
  void structsAndListsComeBackAlsoAfterAChangeInsideAStruct() {
    TableIdentifier name = TableIdentifier.of("raw", "nested");
    Table table =
        client.createTable(
            name,
            new Schema(
                NestedField.required(1, "id", Types.LongType.get()),
                NestedField.optional(
                    2,
                    "s",
                    Types.StructType.of(
                        NestedField.optional(3, "x", Types.IntegerType.get()),
                        NestedField.optional(
                            4, "l", Types.ListType.ofOptional(5, Types.StringType.get()))))));
    var struct =
        org.apache.iceberg.data.GenericRecord.create(table.schema().findType("s").asStructType());
    Rows.append(
        table, List.of(Map.of("id", 1L, "s", struct.copy(Map.of("x", 7, "l", List.of("p"))))));
    assertThat(rig.rows("SELECT s, s.x FROM raw.nested"))
        .hasToString("[[{\"x\":7,\"l\":[\"p\"]},7]]");
    table.updateSchema().renameColumn("s.x", "z").commit();
    assertThat(rig.rows("SELECT s, s.z FROM raw.nested WHERE s.z = 7"))
        .hasToString("[[{\"z\":7,\"l\":[\"p\"]},7]]");
    table
        .updateSchema()
        .renameColumn("s.z", "x")
        .addColumn("s", "y", Types.LongType.get())
        .commit();
    assertThat(rig.rows("SELECT s FROM raw.nested"))
        .hasToString("[[{\"x\":7,\"l\":[\"p\"],\"y\":null}]]");
  }

  @Test
  void filesWithoutRowsThatMatterAreNotRead() {
    Table table = client.createTable(TableIdentifier.of("raw", "pruned"), EVENTS);
    for (long i = 0; i < 6; i++) {
      Rows.append(
          table,
          List.of(
              Map.of(
                  "id",
                  i * 10,
                  "type",
                  "t" + i,
                  "at",
                  OffsetDateTime.parse("2026-01-0" + (i + 1) + "T00:00:00Z")),
              Map.of("id", i * 10 + 9)));
    }
    assertRead("id = 20", 1);
    assertRead("id BETWEEN 15 AND 35", 3);
    assertRead("id IN (1, 55)", 2);
    assertRead("id > 40 OR id < 5", 3);
    assertRead("NOT (id < 40)", 2);
    assertRead("type LIKE 't3%'", 1);
    assertRead("starts_with(type, 't4')", 1);
    assertRead("\"at\" >= TIMESTAMPTZ '2026-01-05 00:00:00Z'", 2);
    assertRead("\"at\" < now() AND \"at\" > now() - INTERVAL 1000 YEAR", 6);
    assertRead("id = '20'", 1);
    assertRead("id % 2 = 0", 6);
    assertRead("id IS NULL", 0);
    assertRead("id = 3 AND id = 4", 0);
    JsonNode join =
        CatalogRig.json(
            rig.sql(
                "WITH x AS (SELECT * FROM raw.pruned) SELECT count(*) FROM x a JOIN raw.pruned b"
                    + " USING (id) WHERE b.id = 30"));
    assertThat(join.path("rows")).hasToString("[[1]]");
    assertThat(join.path("filesRead").asInt()).isEqualTo(1);
    JsonNode few = CatalogRig.json(rig.sql("SELECT id FROM raw.pruned LIMIT 3"));
    assertThat(few.path("rows")).hasSize(3);
    assertThat(few.path("filesRead").asInt()).isEqualTo(2);
    assertThat(few.path("filesSkipped").asInt()).isEqualTo(4);
  }

  private void assertRead(String condition, int files) {
    JsonNode answer = CatalogRig.json(rig.sql("SELECT * FROM raw.pruned WHERE " + condition));
    assertThat(answer.path("filesRead").asInt()).as(condition + answer).isEqualTo(files);
    assertThat(answer.path("filesSkipped").asInt()).as(condition).isEqualTo(6 - files);
  }

  @Test
  void anUnknownTableIs404AndNamesItsNeighbours() {
    assertRefused("SELECT * FROM lake.raw.event", 404, "did you mean 'raw.events'");
    assertRefused("SELECT * FROM events", 404, "did you mean raw.events?");
    assertRefused("SELECT * FROM nowhere.t", 404, "there is no table nowhere.t");
    assertRefused("SELECT * FROM memory.main.t", 404, "there is no table memory.main.t");
  }

  @Test
  void anErrorIsTheEnginesOwnMessageInALineOrTwo() {
    String message =
        assertRefused("SELECT nope FROM raw.events", 400, "Referenced column \"nope\" not found");
    assertThat(message.lines().count()).isLessThanOrEqualTo(2);
    assertRefused("SELEC 1", 400, "syntax error at or near \"SELEC\"");
    assertRefused("SELECT 1/'x'; -- so", 400, "Conversion Error: Could not convert");
  }

  @Test
  void onlyOneQueryIsAnswered() {
    for (String sql :
        List.of(
            "INSERT INTO raw.events VALUES (1)",
            "UPDATE raw.events SET id = 1",
            "DELETE FROM raw.events",
            "CREATE TABLE t (a int)",
            "DROP TABLE raw.events",
            "COPY raw.events TO '/tmp/stolen.csv'",
            "COPY (SELECT 1) TO '/tmp/stolen.csv'",
            "ATTACH '/tmp/x.db'",
            "PRAGMA database_list",
            "SET threads = 4",
            "RESET memory_limit",
            "INSTALL httpfs",
            "LOAD httpfs",
            "CALL pragma_version()",
            "EXPORT DATABASE '/tmp/x'",
            "CHECKPOINT",
            "BEGIN",
            "WITH x AS (INSERT INTO raw.events VALUES (1) RETURNING *) SELECT * FROM x",
            "WITH x AS (DELETE FROM raw.events RETURNING *) SELECT * FROM x")) {
      assertRefused(sql, 400, "only one query is answered here");
    }
    assertRefused("SELECT 1; SELECT 2", 400, "one query at a time");
    assertRefused("SELECT 1; DROP TABLE raw.events", 400, "");
    assertRefused("SELECT * FROM raw.events WHERE id = ?", 400, "");
    assertRefused("", 400, "no query");
    assertThat(rig.rows("SELECT 1;")).hasToString("[[1]]");
  }

  @Test
  void nothingButTablesOfTheLakeIsReached(@TempDir Path elsewhere) throws Exception {
    Path secret = Files.writeString(elsewhere.resolve("secret.csv"), "a,b\n1,hidden\n");
    String path = secret.toString();
    for (String source :
        List.of(
            "read_csv('" + path + "')",
            "read_csv_auto('/etc/passwd')",
            "read_text('" + path + "')",
            "read_blob('" + path + "')",
            "read_json('" + path + "')",
            "read_parquet('" + path + "')",
            "parquet_scan('" + path + "')",
            "glob('/*')",
            "sniff_csv('" + path + "')",
            "query('SELECT 1')",
            "query_table('raw.events')",
            "json_execute_serialized_sql('{}')",
            "duckdb_secrets()",
            "duckdb_views()",
            "duckdb_settings()",
            "enable_logging(storage := 'file')",
            "arrow_scan(1, 2, 3)")) {
      assertRefused("SELECT * FROM " + source, 400, "is not allowed");
    }
    assertRefused("SELECT * FROM '" + path + "'", 404, "there is no table");
    assertRefused("SELECT * FROM \"" + path + "\"", 404, "there is no table");
    assertRefused("SELECT * FROM '/etc/passwd'", 404, "there is no table");
    assertRefused("SELECT * FROM information_schema.views", 404, "there is no table");
    assertRefused("SELECT * FROM raw.events, read_csv('" + path + "')", 400, "is not allowed");
    assertRefused("SELECT (SELECT max(a) FROM read_csv('" + path + "'))", 400, "is not allowed");
  }

  @Test
  void tablesWithHostileNamesAreOnlyNames() {
    String name = "t\"; DROP SCHEMA raw; --' OR 1=1";
    client.createNamespace(Namespace.of("odd' \"space"));
    TableIdentifier identifier = TableIdentifier.of(Namespace.of("odd' \"space"), name);
    Table table =
        client.createTable(
            identifier,
            new Schema(NestedField.optional(1, "it's \"a\" col', type: 'x", Types.LongType.get())));
    Rows.append(table, List.of(Map.of("it's \"a\" col', type: 'x", 5L)));
    String quoted = "\"odd' \"\"space\".\"" + name.replace("\"", "\"\"") + "\"";
    assertThat(rig.rows("SELECT * FROM lake." + quoted)).hasToString("[[5]]");
    assertThat(rig.rows("SELECT \"it's \"\"a\"\" col', type: 'x\" FROM " + quoted))
        .hasToString("[[5]]");
    assertThat(rig.rows("SELECT count(*) FROM raw.events")).hasToString("[[3]]");
  }

  @Test
  void theCatalogCanBeLookedAround() {
    assertThat(rig.rows("SHOW TABLES").toString()).contains("[\"raw\",\"events\"]");
    assertThat(rig.rows("SHOW SCHEMAS").toString()).contains("[\"gold\"]").contains("[\"ops\"]");
    assertThat(rig.rows("SHOW DATABASES")).hasToString("[[\"lake\"]]");
    assertThat(rig.rows("DESCRIBE lake.raw.events").get(0).toString()).contains("id", "BIGINT");
    assertThat(rig.rows("SHOW TABLES FROM raw").toString()).contains("events");
    assertThat(
            rig.rows(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'events'"))
        .hasSize(6);
    assertThat(rig.rows("SUMMARIZE raw.events")).hasSize(6);
  }

  @Test
  void moreRowsThanTheLimitAreCutOffAndSaidToBe() {
    JsonNode answer = CatalogRig.json(rig.sql("SELECT * FROM range(1000)"));
    assertThat(answer.path("rows")).hasSize(50);
    assertThat(answer.path("truncated").asBoolean()).isTrue();
    JsonNode exact = CatalogRig.json(rig.sql("SELECT * FROM range(50)"));
    assertThat(exact.path("truncated").asBoolean()).isFalse();
  }

  @Test
  void aRowTooLongForAnAnswerIsRefusedAndTheLakeLivesOn() {
    assertRefused("SELECT repeat('a', 100000000)", 400, "a row is longer than");
    assertThat(rig.rows("SELECT 1; -- done")).hasToString("[[1]]");
  }

  @Test
  void rowsComeInTheOrderThatWasAskedFor() {
    assertThat(rig.rows("SELECT i FROM range(2000) t(i) ORDER BY (i * 7919) % 2003 DESC LIMIT 3"))
        .isEqualTo(
            rig.rows(
                "FROM (SELECT i FROM range(2000) t(i)) ORDER BY (i * 7919) % 2003 DESC LIMIT 3"));
    assertThat(rig.rows("SELECT i FROM range(40) t(i) ORDER BY i DESC").get(0)).hasToString("[39]");
  }

  @Test
  void aRequestOfAnotherShapeIsRefused() {
    assertThat(rig.post("/api/v1/sql", "{\"query\":\"SELECT 1\"}").statusCode()).isEqualTo(400);
    assertThat(rig.post("/api/v1/sql", "SELECT 1").statusCode()).isEqualTo(400);
    assertThat(rig.post("/api/v1/sql?limit=5", "{\"sql\":\"SELECT 1\"}").statusCode())
        .isEqualTo(400);
    assertThat(
            rig.send(
                    HttpRequest.newBuilder(rig.uri().resolve("/api/v1/sql"))
                        .PUT(HttpRequest.BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(405);
  }

  private String assertRefused(String sql, int status, String words) {
    var answer = rig.sql(sql);
    assertThat(answer.statusCode()).as(sql + " -> " + answer.body()).isEqualTo(status);
    JsonNode error = CatalogRig.json(answer).path("error");
    assertThat(error.path("message").asText()).as(sql).contains(words);
    assertThat(error.path("code").asInt()).isEqualTo(status);
    assertThat(error.path("type").asText()).isNotEmpty();
    return error.path("message").asText();
  }
}
