package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
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

/** Past states, views, and lists of what a table is made of, with the files in a directory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TimeTravelTest {
  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "a", Types.StringType.get()));

  private CatalogRig rig;
  private RESTCatalog client;
  private Table table;
  private long first;
  private long second;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    rig =
        new CatalogRig(
            directory.resolve("lake"),
            Map.of(
                "SLUICE_STORAGE_KIND",
                "files",
                "SLUICE_CATALOG_WAREHOUSE",
                "file:" + directory.resolve("warehouse")));
    client = rig.client();
    table = client.createTable(TableIdentifier.of("raw", "t"), SCHEMA);
    Rows.append(table, List.of(Map.of("id", 1L, "a", "one")));
    first = table.currentSnapshot().snapshotId();
    table.updateSchema().renameColumn("a", "b").addColumn("c", Types.LongType.get()).commit();
    Rows.append(table, List.of(Map.of("id", 2L, "b", "two", "c", 22L)));
    second = table.currentSnapshot().snapshotId();
    table.manageSnapshots().createBranch("dev", first).createTag("v1", first).commit();
    table
        .newAppend()
        .appendFile(Rows.file(table, List.of(Map.of("id", 9L, "b", "nine"))))
        .toBranch("dev")
        .commit();
    table.refresh();
  }

  @AfterAll
  void stop() throws Exception {
    client.close();
    rig.stop();
  }

  @Test
  void aSnapshotIsReadWithTheColumnsItHadThen() {
    assertThat(rig.rows("SELECT * FROM raw.t AT (VERSION => " + first + ")"))
        .hasToString("[[1,\"one\"]]");
    assertThat(rig.rows("SELECT t.a FROM raw.t FOR VERSION AS OF " + first + " WHERE id = 1"))
        .hasToString("[[\"one\"]]");
    assertThat(rig.rows("SELECT x.a FROM raw.t VERSION AS OF " + first + " x"))
        .hasToString("[[\"one\"]]");
    assertThat(rig.rows("SELECT count(*) FROM raw.t.snapshot_id_" + second)).hasToString("[[2]]");
    assertThat(
            rig.rows(
                "SELECT n.id FROM raw.t n ANTI JOIN raw.t AT (VERSION => "
                    + first
                    + ") USING (id)"))
        .hasToString("[[2]]");
    assertThat(rig.rows("SELECT 'x FOR VERSION AS OF 3' -- t FOR VERSION AS OF 3"))
        .hasToString("[[\"x FOR VERSION AS OF 3\"]]");
  }

  @Test
  void aTimestampMeansTheSnapshotThatWasCurrentThen() {
    Instant then = Instant.ofEpochMilli(table.snapshot(first).timestampMillis());
    assertThat(rig.rows("SELECT a FROM raw.t FOR TIMESTAMP AS OF '" + then + "'"))
        .hasToString("[[\"one\"]]");
    assertThat(rig.rows("SELECT count(*) FROM raw.t AT (TIMESTAMP => now() + INTERVAL 1 DAY)"))
        .hasToString("[[2]]");
    assertRefused("SELECT * FROM raw.t AT (TIMESTAMP => '2001-01-01')", 400, "as old as");
    assertRefused("SELECT * FROM raw.t AT (VERSION => 5)", 400, "has no snapshot 5");
    assertRefused("SELECT * FROM raw.t AT (VERSION => 'no')", 400, "no branch or tag 'no'");
    assertRefused(
        "SELECT * FROM raw.t AT (VERSION => (SELECT max(id) FROM raw.t))", 400, "AT takes");
  }

  @Test
  void aTagHasTheColumnsOfItsSnapshotAndABranchThoseOfTheTable() {
    assertThat(rig.rows("SELECT * FROM raw.t AT (VERSION => 'v1')")).hasToString("[[1,\"one\"]]");
    assertThat(rig.rows("SELECT * FROM raw.t.tag_v1")).hasToString("[[1,\"one\"]]");
    assertThat(rig.rows("SELECT * FROM raw.t.branch_dev ORDER BY id"))
        .hasToString("[[1,\"one\",null],[9,\"nine\",null]]");
    assertThat(rig.rows("SELECT b FROM raw.t FOR VERSION AS OF 'dev' WHERE id = 9"))
        .hasToString("[[\"nine\"]]");
  }

  @Test
  void whatATableIsMadeOfCanBeAsked() {
    assertThat(
            rig.rows("SELECT snapshot_id, operation FROM raw.t.snapshots ORDER BY committed_at")
                .get(0))
        .hasToString("[" + first + ",\"append\"]");
    assertThat(rig.rows("SELECT count(*) FROM lake.raw.\"t$history\"")).hasToString("[[2]]");
    assertThat(
            rig.rows(
                "SELECT record_count, readable_metrics.id.lower_bound FROM raw.t.files"
                    + " ORDER BY 2"))
        .hasToString("[[1,1],[1,2]]");
    assertThat(rig.rows("SELECT name, type FROM raw.t.refs ORDER BY name"))
        .hasToString("[[\"dev\",\"BRANCH\"],[\"main\",\"BRANCH\"],[\"v1\",\"TAG\"]]");
    for (String kind :
        List.of(
            "manifests",
            "partitions",
            "entries",
            "all_files",
            "metadata_log_entries",
            "all_entries",
            "data_files",
            "delete_files",
            "all_manifests",
            "all_data_files",
            "all_delete_files")) {
      assertThat(rig.rows("SELECT count(*) FROM raw.t." + kind).get(0).get(0).asInt())
          .as(kind)
          .isGreaterThanOrEqualTo(kind.contains("delete") ? 0 : 1);
    }
    assertThat(rig.rows("SELECT count(*) FROM raw.t.files AT (VERSION => " + first + ")"))
        .hasToString("[[1]]");
    assertRefused("SELECT * FROM raw.t.nonsense", 404, "has no 'nonsense'");
  }

  @Test
  void viewsAreReadAndMeanWhatTheyWereWrittenFor() {
    view("v", "duckdb", "SELECT id * 2 AS twice, b FROM t WHERE id < 100");
    view("w", "spark", "SELECT `twice`, lower(`b`) AS `l` FROM v WHERE b = \"two\"");
    view("z", "spark", "SELECT twice / 3 AS x FROM v");
    assertThat(rig.rows("SELECT * FROM raw.v ORDER BY 1")).hasToString("[[2,\"one\"],[4,\"two\"]]");
    assertThat(rig.rows("SELECT w.l, t.c FROM raw.w JOIN raw.t ON t.id * 2 = w.twice"))
        .hasToString("[[\"two\",22]]");
    JsonNode pruned = CatalogRig.json(rig.sql("SELECT * FROM raw.v WHERE b = 'one'"));
    assertThat(pruned.path("filesSkipped").asInt()).isOne();
    assertRefused("SELECT * FROM raw.z", 501, "'/' may mean something else in spark");
    assertThat(rig.rows("SHOW TABLES").toString()).contains("[\"raw\",\"v\"]");
    view("loop", "duckdb", "SELECT id FROM pool");
    view("pool", "duckdb", "SELECT id FROM loop");
    assertRefused("SELECT * FROM raw.loop", 400, "raw.loop -> raw.pool -> raw.loop");
    view("evil", "duckdb", "SELECT * FROM read_csv('/etc/passwd')");
    assertRefused("SELECT * FROM raw.evil", 501, "is not allowed");
    view("gone", "duckdb", "SELECT * FROM raw.absent");
    assertRefused("SELECT * FROM raw.gone", 404, "reads a table that is not there");
  }

  @Test
  void filesRemovedByHandAreNamed() throws Exception {
    Table broken = client.createTable(TableIdentifier.of("raw", "broken"), SCHEMA);
    DataFile one = Rows.file(broken, List.of(Map.of("id", 1L)));
    DataFile two = Rows.file(broken, List.of(Map.of("id", 200L)));
    broken.newAppend().appendFile(one).appendFile(two).commit();
    Files.delete(Path.of(java.net.URI.create(one.location())));
    String said = assertRefused("SELECT * FROM raw.broken", 500, "1 of its files is gone");
    assertThat(said).contains(one.location()).doesNotContain(two.location());
    assertThat(rig.rows("SELECT id FROM raw.broken WHERE id > 100")).hasToString("[[200]]");
  }

  @Test
  void namesOfAnyLettersAreOnlyNames() {
    for (String name :
        List.of(
            "a;b",
            "x\"y",
            "it's",
            "שלום‏",
            "😀🎉",
            "$$",
            "--",
            "/* */",
            "1",
            "select",
            "n".repeat(200))) {
      Namespace space = Namespace.of("odd " + name);
      client.createNamespace(space);
      Table odd =
          client
              .buildTable(
                  TableIdentifier.of(space, name),
                  new Schema(NestedField.optional(1, name, Types.LongType.get())))
              .withLocation(table.location() + "-odd-" + Integer.toUnsignedString(name.hashCode()))
              .create();
      Rows.append(odd, List.of(Map.of(name, 5L)));
      String column = SqlText.name(name);
      String from = SqlText.name("odd " + name) + "." + column;
      assertThat(rig.rows("SELECT " + column + " FROM " + from + " WHERE " + column + " = 5"))
          .as(name)
          .hasToString("[[5]]");
      assertThat(rig.rows("SELECT count(*) FROM " + from + " WHERE " + column + " = 6"))
          .hasToString("[[0]]");
      assertThat(rig.rows("SELECT count(*) FROM " + from + ".snapshots")).hasToString("[[1]]");
    }
    assertRefused("SELECT * FROM raw.\"" + "x".repeat(1000) + "\"", 404, "there is no table");
    assertRefused("SELECT * FROM raw.\"t; DROP TABLE t\"", 404, "there is no table");
    assertThat(rig.rows("SELECT count(*) FROM raw.t")).hasToString("[[2]]");
  }

  private void view(String name, String dialect, String sql) {
    client
        .buildView(TableIdentifier.of("raw", name))
        .withSchema(
            name.equals("v")
                ? new Schema(
                    NestedField.optional(1, "twice", Types.LongType.get()),
                    NestedField.optional(2, "b", Types.StringType.get()))
                : name.equals("w")
                    ? new Schema(
                        NestedField.optional(1, "twice", Types.LongType.get()),
                        NestedField.optional(2, "l", Types.StringType.get()))
                    : new Schema(NestedField.optional(1, "id", Types.LongType.get())))
        .withDefaultNamespace(Namespace.of("raw"))
        .withQuery(dialect, sql)
        .create();
  }

  private String assertRefused(String sql, int status, String words) {
    var answer = rig.sql(sql);
    assertThat(answer.statusCode()).as(sql + " -> " + answer.body()).isEqualTo(status);
    String message = CatalogRig.json(answer).path("error").path("message").asText();
    assertThat(message).as(sql).contains(words);
    return message;
  }
}
