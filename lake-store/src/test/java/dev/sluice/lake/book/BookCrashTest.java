package dev.sluice.lake.book;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.LakeProcess;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The lake is killed between commits and what the book makes of them: after the next start each
 * change of a schema is in the book once. So is what a catalog holds that had no book.
 */
class BookCrashTest {
  private static final TableIdentifier NAME = TableIdentifier.of("raw", "grows");
  private static final Schema SCHEMA =
      new Schema(NestedField.required(1, "id", Types.LongType.get()));
  private static final int ROUNDS = 2;

  private int column;

  @Test
  void eachChangeIsInTheBookOnceHoweverOftenTheLakeIsKilled(@TempDir Path directory)
      throws Exception {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.println("BookCrashTest seed " + seed + " (replay with -Dsluice.seed=" + seed + ")");
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      killInTheMidst(directory, random);
    }
    CatalogRig rig = new CatalogRig(directory);
    try (RESTCatalog client = rig.client()) {
      List<String> present =
          client.loadTable(NAME).schema().columns().stream().map(NestedField::name).toList();
      assertThat(present.size()).isGreaterThan(2);
      assertThat(added(rig))
          .containsExactlyInAnyOrderElementsOf(present.subList(1, present.size()));
      JsonNode page = CatalogRig.json(rig.get("/api/v1/book/tables/raw.grows"));
      assertThat(page.path("columns")).hasSize(present.size());
    } finally {
      rig.stop();
    }
  }

  @Test
  void aCatalogThatHadNoBookIsReadAtTheFirstStart(@TempDir Path directory) throws Exception {
    CatalogRig before = new CatalogRig(directory);
    try (RESTCatalog client = before.client()) {
      client.createTable(NAME, SCHEMA).updateSchema().addColumn("b", Types.DateType.get()).commit();
      client.createTable(TableIdentifier.of("gold", "stays"), SCHEMA);
    } finally {
      before.stop();
    }
    for (String file : List.of("book.db", "book.db-wal", "book.db-shm")) {
      Files.deleteIfExists(directory.resolve(file));
    }
    // As the format before the log of changes was.
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("catalog.db"));
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE sluice_changes");
      statement.execute("UPDATE sluice_format SET number = 2");
    }
    CatalogRig rig = new CatalogRig(directory);
    try (RESTCatalog client = rig.client()) {
      assertThat(added(rig)).containsExactly("b");
      assertThat(rig.get("/api/v1/book").body()).contains("\"tables\":2", "\"complete\":true");
      client.dropTable(NAME);
      assertThat(rig.get("/api/v1/book/search?q=grows").body()).contains("\"total\":0");
    } finally {
      rig.stop();
    }
  }

  @Test
  void metadataThatCannotBeReadIsSaidAndDoesNotStopTheBook(@TempDir Path directory)
      throws Exception {
    CatalogRig before = new CatalogRig(directory);
    Table table;
    try (RESTCatalog client = before.client()) {
      table = client.createTable(NAME, SCHEMA);
      client.createTable(TableIdentifier.of("gold", "whole"), SCHEMA);
      String metadata =
          CatalogRig.json(before.get("/api/v1/book/tables/raw.grows"))
              .path("metadataLocation")
              .asText();
      table.io().deleteFile(metadata);
    } finally {
      before.stop();
    }
    for (String file : List.of("book.db", "book.db-wal", "book.db-shm")) {
      Files.deleteIfExists(directory.resolve(file));
    }
    CatalogRig rig = new CatalogRig(directory);
    try {
      JsonNode summary = CatalogRig.json(rig.get("/api/v1/book"));
      assertThat(summary.path("tables").asInt()).isEqualTo(2);
      assertThat(summary.path("unreadable").path(0).path("name").asText()).isEqualTo("raw.grows");
      assertThat(rig.get("/api/v1/book/tables/raw.grows").body()).contains("\"trouble\":");
      assertThat(rig.get("/api/v1/book/tables/gold.whole").body()).doesNotContain("trouble");
    } finally {
      rig.stop();
    }
  }

  private static List<String> added(CatalogRig rig) {
    List<String> added = new ArrayList<>();
    JsonNode changes =
        CatalogRig.json(rig.get("/api/v1/book/tables/raw.grows/history?pageSize=500"));
    for (JsonNode change : changes.path("changes")) {
      for (JsonNode difference : change.path("differences")) {
        if (difference.path("what").asText().equals("column-added")) {
          added.add(difference.path("column").asText());
        }
      }
    }
    assertThat(new TreeSet<>(added)).hasSize(added.size());
    return added;
  }

  private void killInTheMidst(Path directory, Random random) throws Exception {
    Process process = LakeProcess.start(directory);
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String uri = LakeProcess.ready(said);
      CountDownLatch several = new CountDownLatch(2 + random.nextInt(4));
      Thread committer = new Thread(() -> commit(uri, several), "committer");
      committer.start();
      assertThat(several.await(90, TimeUnit.SECONDS)).isTrue();
      long spin = System.nanoTime() + random.nextInt(40_000_000);
      while (System.nanoTime() < spin) {
        Thread.onSpinWait();
      }
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      committer.join(120_000);
      assertThat(committer.isAlive()).isFalse();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Adds a column at a time until the catalog is gone. */
  private void commit(String uri, CountDownLatch several) {
    try (RESTCatalog client = new RESTCatalog()) {
      client.initialize("lake", Map.of("uri", uri, "rest.client.max-retries", "1"));
      if (!client.tableExists(NAME)) {
        client
            .buildTable(NAME, SCHEMA)
            .withProperty("commit.retry.num-retries", "0")
            .withProperty("commit.status-check.num-retries", "0")
            .create();
      }
      Table table = client.loadTable(NAME);
      while (true) {
        table.updateSchema().addColumn("c" + column++, Types.LongType.get()).commit();
        several.countDown();
      }
    } catch (Exception gone) {
      System.out.println("the committer stopped: " + gone);
    }
  }
}
