package dev.sluice.transform.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transform.sample.LakeProcess;
import dev.sluice.transform.sample.LocalSpark;
import dev.sluice.transform.schedule.SharedProperties.Swap;
import dev.sluice.transform.schedule.TableProperties.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real table in the real lake, spoken to by nothing but HTTP. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TablePropertiesTest extends SharedPropertiesContract {
  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir private static Path data;
  private static LakeProcess lake;
  private static int tables;

  private String table;

  @BeforeAll
  static void startLake() throws Exception {
    lake = LakeProcess.start(data);
    lake.mount(SPARK, "board");
    SPARK.sql("CREATE NAMESPACE IF NOT EXISTS board.ops");
  }

  @AfterAll
  static void stopLake() throws Exception {
    lake.close();
  }

  @BeforeEach
  void makeTable() {
    table = "runs_" + ++tables;
    SPARK.sql("CREATE TABLE board.ops." + table + " AS SELECT 1 AS run");
  }

  @Override
  SharedProperties client() {
    return client(table);
  }

  private static SharedProperties client(String name) {
    return new TableProperties(
        new Place(lake.endpoints().catalog(), "ops", name),
        new CatalogWire(lake.endpoints().credentials().forCatalog(), Duration.ofSeconds(20)),
        () -> UUID.randomUUID().toString());
  }

  @Test
  void swapsKeepNoOldSnapshotAndNoOldTagAndChangeNoRow() throws Exception {
    for (int i = 0; i < 3; i++) {
      client().swap(client().read(), Map.of("turn", "" + i));
      SPARK.sql("INSERT INTO board.ops." + table + " VALUES (" + (i + 2) + ")");
    }
    assertThat(client().swap(client().read(), Map.of("turn", "3"))).isEqualTo(Swap.DONE);

    List<Row> refs =
        SPARK
            .sql(
                "SELECT r.name, h.is_current_ancestor, r.snapshot_id = (SELECT snapshot_id FROM board.ops."
                    + table
                    + ".refs WHERE name = 'main') FROM board.ops."
                    + table
                    + ".refs r JOIN board.ops."
                    + table
                    + ".history h ON r.snapshot_id = h.snapshot_id ORDER BY 1")
            .collectAsList();
    assertThat(refs)
        .hasToString(
            "[[main,true,true], [sluice-schedule,true,true], [sluice-schedule-4,true,true]]");
    assertThat(SPARK.table("board.ops." + table).count()).isEqualTo(4);
  }

  @Test
  void aTableThatIsNotThereOrHasNoSnapshotIsNamed() throws Exception {
    assertThatThrownBy(() -> client("nothing").read())
        .isInstanceOf(SharedProperties.Missing.class)
        .hasMessageContaining("there is no table ops.nothing");
    SPARK.sql("CREATE TABLE board.ops.empty_" + table + " (run INT)");
    assertThatThrownBy(() -> client("empty_" + table).read())
        .isInstanceOf(SharedProperties.Missing.class)
        .hasMessageContaining("has no snapshot yet");
  }
}
