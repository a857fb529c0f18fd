package dev.sluice.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.CatalogRig;
import dev.sluice.lake.Rows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaceTest {
  private static final TableIdentifier NAME = TableIdentifier.of("raw", "raced");
  private static final int COMMITS = 15;

  /** Without retries of the client's own, each commit is one try: it wins or it conflicts. */
  @Test
  void twoClientsRacingOnOneTableEachWinOrConflictAndEveryWinIsThere(@TempDir Path directory)
      throws Exception {
    CatalogRig rig = new CatalogRig(directory);
    try (RESTCatalog first = rig.client();
        RESTCatalog second = rig.client()) {
      first
          .buildTable(NAME, new Schema(NestedField.required(1, "id", Types.LongType.get())))
          .withProperty("commit.retry.num-retries", "0")
          .create();
      ExecutorService pool = Executors.newFixedThreadPool(2);
      try {
        List<Future<Integer>> racers = new ArrayList<>();
        racers.add(pool.submit(() -> race(first.loadTable(NAME), 1_000)));
        racers.add(pool.submit(() -> race(second.loadTable(NAME), 2_000)));
        int wins = 0;
        for (Future<Integer> racer : racers) {
          wins += racer.get(2, TimeUnit.MINUTES);
        }
        assertThat(wins).isGreaterThanOrEqualTo(COMMITS);
        Table table = first.loadTable(NAME);
        assertThat(table.snapshots()).hasSize(wins);
        assertThat(Rows.count(table)).isEqualTo(wins);
        assertThat(rig.rows("SELECT count(*), count(DISTINCT id) FROM raw.raced"))
            .hasToString("[[" + wins + "," + wins + "]]");
      } finally {
        pool.shutdownNow();
        assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      rig.stop();
    }
  }

  private static int race(Table table, long firstId) {
    int wins = 0;
    for (int i = 0; i < COMMITS; i++) {
      try {
        Rows.append(table, List.of(Map.of("id", firstId + i)));
        wins++;
      } catch (CommitFailedException lost) {
        table.refresh();
      }
    }
    return wins;
  }
}
