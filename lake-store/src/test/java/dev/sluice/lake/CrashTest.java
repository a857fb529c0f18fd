package dev.sluice.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole lake is killed in the midst of commits, several times. Each commit is two files of a
 * batch and a property that names it: afterwards all three are there or none is, and every commit
 * that was answered is.
 */
class CrashTest {
  private static final TableIdentifier NAME = TableIdentifier.of("raw", "batches");
  private static final int ROUNDS = 3;

  private final Set<Long> acknowledged = new TreeSet<>();
  private long batch;

  @Test
  void aKilledCatalogComesBackWithWholeCommitsOnly(@TempDir Path directory) throws Exception {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.println("CrashTest seed " + seed + " (replay with -Dsluice.seed=" + seed + ")");
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      killInTheMidst(directory, random);
      CatalogRig rig = new CatalogRig(directory);
      try {
        requireWhole(rig);
      } finally {
        rig.stop();
      }
    }
    assertThat(acknowledged).isNotEmpty();
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
      Thread killer = new Thread(process::destroyForcibly, "killer");
      long spin = System.nanoTime() + random.nextInt(60_000_000);
      while (System.nanoTime() < spin) {
        Thread.onSpinWait();
      }
      killer.start();
      killer.join();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      committer.join(120_000);
      assertThat(committer.isAlive()).isFalse();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Commits until the catalog is gone. Only what was answered counts as acknowledged. */
  private void commit(String uri, CountDownLatch several) {
    try (RESTCatalog client = new RESTCatalog()) {
      client.initialize("lake", Map.of("uri", uri, "rest.client.max-retries", "0"));
      if (!client.tableExists(NAME)) {
        client
            .buildTable(NAME, new Schema(NestedField.required(1, "batch", Types.LongType.get())))
            .withProperty("commit.retry.num-retries", "0")
            .withProperty("commit.status-check.num-retries", "0")
            .create();
      }
      Table table = client.loadTable(NAME);
      while (true) {
        long next = ++batch;
        Transaction transaction = table.newTransaction();
        AppendFiles append = transaction.newAppend();
        append.appendFile(Rows.file(table, List.of(Map.of("batch", next))));
        append.appendFile(Rows.file(table, List.of(Map.of("batch", next))));
        append.commit();
        transaction.updateProperties().set("batch." + next, "done").commit();
        transaction.commitTransaction();
        synchronized (acknowledged) {
          acknowledged.add(next);
        }
        several.countDown();
      }
    } catch (Exception gone) {
      System.out.println("the committer stopped: " + gone.getClass().getSimpleName());
    }
  }

  private void requireWhole(CatalogRig rig) throws Exception {
    Set<Long> inProperties = new TreeSet<>();
    try (RESTCatalog client = rig.client()) {
      client.loadTable(NAME).properties().keySet().stream()
          .filter(key -> key.startsWith("batch."))
          .forEach(key -> inProperties.add(Long.parseLong(key.substring("batch.".length()))));
    }
    List<Long> inRows = new ArrayList<>();
    for (JsonNode row : rig.rows("SELECT batch, count(*) FROM raw.batches GROUP BY ALL")) {
      assertThat(row.get(1).asInt()).as("rows of batch " + row.get(0)).isEqualTo(2);
      inRows.add(row.get(0).asLong());
    }
    assertThat(inRows).containsExactlyInAnyOrderElementsOf(inProperties);
    assertThat(inProperties).containsAll(acknowledged);
  }
}
