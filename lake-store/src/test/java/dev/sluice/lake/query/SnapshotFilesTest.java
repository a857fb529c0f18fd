package dev.sluice.lake.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of a table's files between queries never shows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotFilesTest {
  private static final Schema IDS =
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

  private Table table(String name) {
    return client.createTable(TableIdentifier.of("raw", name), IDS);
  }

  private JsonNode ask(String sql) {
    JsonNode answer = CatalogRig.json(rig.sql(sql));
    assertThat(answer.has("rows")).as(answer.toString()).isTrue();
    return answer;
  }

  private void assertCount(String sql, int rows, int read, int skipped) {
    JsonNode answer = ask(sql);
    assertThat(answer.path("rows")).as(sql).hasToString("[[" + rows + "]]");
    assertThat(answer.path("filesRead").asInt()).as(sql).isEqualTo(read);
    assertThat(answer.path("filesSkipped").asInt()).as(sql).isEqualTo(skipped);
  }

  @Test
  void aCommitBetweenTwoQueriesIsSeenByTheSecond() throws Exception {
    Table grown = table("grown");
    for (long i = 1; i <= 3; i++) {
      Rows.append(grown, List.of(Map.of("id", i)));
      assertCount("SELECT count(*) FROM raw.grown", (int) i, (int) i, 0);
      assertCount("SELECT count(*) FROM raw.grown WHERE id = 1", 1, 1, (int) i - 1);
    }
    grown.newDelete().deleteFromRowFilter(Expressions.equal("id", 1L)).commit();
    assertCount("SELECT count(*) FROM raw.grown", 2, 2, 0);
    assertCount("SELECT count(*) FROM raw.grown WHERE id = 1", 0, 0, 2);
  }

  @Test
  void aTableMadeAnewUnderTheSameNameIsAnother() throws Exception {
    for (long i = 1; i <= 3; i++) {
      Table made = table("again");
      assertCount("SELECT count(*) FROM raw.again", 0, 0, 0);
      Rows.append(made, List.of(Map.of("id", i)));
      assertThat(ask("SELECT id FROM raw.again").path("rows")).hasToString("[[" + i + "]]");
      client.dropTable(TableIdentifier.of("raw", "again"), true);
      assertThat(rig.sql("SELECT id FROM raw.again").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aRenamedColumnIsFoundInWhatIsRememberedByItsId() throws Exception {
    Table renamed = table("renamed");
    Rows.append(renamed, List.of(Map.of("id", 1L, "name", "one")));
    Rows.append(renamed, List.of(Map.of("id", 2L, "name", "two")));
    long before = renamed.currentSnapshot().snapshotId();
    assertCount("SELECT count(*) FROM raw.renamed WHERE name = 'one'", 1, 1, 1);
    renamed.updateSchema().renameColumn("name", "word").commit();
    renamed.updateSchema().addColumn("name", Types.StringType.get()).commit();
    assertCount("SELECT count(*) FROM raw.renamed WHERE word = 'one'", 1, 1, 1);
    assertCount(
        "SELECT count(*) FROM raw.renamed FOR VERSION AS OF " + before + " WHERE name = 'two'",
        1,
        1,
        1);
  }

  @Test
  void partitionsOfEverySpecPassFilesOver() throws Exception {
    Table parted =
        client.createTable(
            TableIdentifier.of("raw", "parted"),
            IDS,
            PartitionSpec.builderFor(IDS).identity("name").build());
    for (String name : List.of("one", "two")) {
      DataFile file = Rows.file(parted, List.of(Map.of("id", 1L, "name", name)));
      parted
          .newAppend()
          .appendFile(
              DataFiles.builder(parted.spec())
                  .withPath(file.location())
                  .withFormat(file.format())
                  .withFileSizeInBytes(file.fileSizeInBytes())
                  .withRecordCount(1)
                  .withPartitionPath("name=" + name)
                  .build())
          .commit();
    }
    parted.updateSpec().removeField("name").commit();
    DataFile whole = Rows.file(parted, List.of(Map.of("id", 2L, "name", "three")));
    parted.newAppend().appendFile(DataFiles.builder(parted.spec()).copy(whole).build()).commit();
    for (int i = 0; i < 2; i++) {
      assertCount("SELECT count(*) FROM raw.parted", 3, 3, 0);
      assertCount("SELECT count(*) FROM raw.parted WHERE name = 'two'", 1, 1, 2);
      assertCount("SELECT count(*) FROM raw.parted WHERE name = 'three'", 1, 1, 2);
    }
  }

  /** What is remembered of files is no right to read them. */
  @Test
  void rightsAreAskedForEachQuery(@TempDir Path directory) throws Exception {
    Path config =
        Files.writeString(
            directory.resolve("lake.yaml"),
            """
            catalog:
              token: the-owners-own-token
              principals:
                - {name: reader, token: the-readers-own-token, read: [gold]}
            """);
    CatalogRig guarded = new CatalogRig(directory.resolve("lake"), Map.of(), Optional.of(config));
    try (RESTCatalog owner = new RESTCatalog()) {
      owner.initialize(
          "lake", Map.of("uri", guarded.uri().toString(), "token", "the-owners-own-token"));
      Table secret = owner.createTable(TableIdentifier.of("raw", "secret"), IDS);
      Rows.append(secret, List.of(Map.of("id", 7L)));
      for (int i = 0; i < 2; i++) {
        assertThat(count(guarded, "the-owners-own-token").statusCode()).isEqualTo(200);
        assertThat(count(guarded, "the-readers-own-token").statusCode()).isEqualTo(404);
      }
    } finally {
      guarded.stop();
    }
  }

  private static HttpResponse<String> count(CatalogRig guarded, String token) {
    return guarded.send(
        HttpRequest.newBuilder(guarded.uri().resolve("/api/v1/sql"))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.ofString("{\"sql\":\"FROM raw.secret\"}")));
  }
}
