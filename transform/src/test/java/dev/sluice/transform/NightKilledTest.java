package dev.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.job.Task;
import dev.sluice.transform.publish.Outcome;
import dev.sluice.transform.sample.CatalogRelay;
import dev.sluice.transform.sample.GivenJob;
import dev.sluice.transform.sample.LakeProcess;
import dev.sluice.transform.sample.LakeSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver is killed, and the night run again. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NightKilledTest {
  private static final Path TARGET =
      Path.of(System.getProperty("sluice.root"), "transform/target").toAbsolutePath();

  @TempDir private static Path data;
  private static LakeProcess lake;
  private static SparkSession spark;

  @BeforeAll
  static void startLake() throws Exception {
    lake = LakeProcess.start(data);
    spark =
        LakeSession.open(lake.endpoints().catalog(), lake.endpoints().credentials().forCatalog());
  }

  @AfterAll
  static void stopLake() throws Exception {
    lake.close();
  }

  @ParameterizedTest(name = "killed at {0}")
  @ValueSource(strings = {"second", "HOLD_REQUEST", "HOLD_ANSWER"})
  void aNightThatIsKilledAndRunAgainLeavesWhatAnUndisturbedOneLeaves(String point)
      throws Exception {
    for (String table : List.of("alpha", "beta")) {
      spark.sql("DROP TABLE IF EXISTS lake.gold." + table);
    }
    GivenJob old = GivenJob.making(spark, GivenJob.daily("alpha"), "a=1");
    assertPublished(
        new Night(spark, said -> {}).run(List.of(new Task(old, NightChild.DAY)), "old" + point));
    try (CatalogRelay relay = new CatalogRelay(lake.endpoints().catalog())) {
      kill(relay, point);
    }
    boolean published = point.equals("HOLD_ANSWER");
    assertThat(rows("alpha"))
        .as("what everybody sees after the kill")
        .isEqualTo(published ? Set.of("a=2", "b=2") : Set.of("a=1"));
    assertThat(refs("alpha")).as("what the dead left").hasSize(published ? 1 : 2);

    assertPublished(new Night(spark, said -> {}).run(NightChild.tasks(spark, ""), "again" + point));
    assertThat(rows("alpha")).isEqualTo(Set.of("a=2", "b=2"));
    assertThat(rows("beta")).isEqualTo(Set.of("a=20", "b=20"));
    assertThat(refs("alpha")).containsExactly("main");
    assertThat(refs("beta")).containsExactly("main");
  }

  private static void kill(CatalogRelay relay, String point) throws Exception {
    boolean inCommit = point.startsWith("HOLD");
    if (inCommit) {
      relay.next(CatalogRelay.Fault.valueOf(point));
    }
    Process child = start(relay.uri(), point);
    try {
      if (inCommit) {
        relay.awaitHeld();
      } else {
        BufferedReader output = child.inputReader(StandardCharsets.UTF_8);
        assertThat(output.readLine()).as(() -> log()).isEqualTo("reached " + point);
      }
      assertThat(child.isAlive()).as(() -> log()).isTrue();
    } finally {
      // SIGKILL.
      child.destroyForcibly().waitFor();
    }
  }

  private static Process start(URI catalog, String point) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m", "-cp"));
    command.add(
        String.join(
            ":",
            TARGET.resolve("test-classes").toString(),
            TARGET.resolve("classes").toString(),
            TARGET.resolve("spark-home/conf").toString(),
            TARGET.resolve("spark-home/jars") + "/*"));
    command.add(NightChild.class.getName());
    command.addAll(List.of(catalog.toString(), lake.endpoints().credentials().forCatalog(), point));
    return new ProcessBuilder(command).redirectError(data.resolve("child.log").toFile()).start();
  }

  private static String log() {
    try {
      return Files.readString(data.resolve("child.log"));
    } catch (IOException unread) {
      return unread.toString();
    }
  }

  private static void assertPublished(List<Outcome> outcomes) {
    assertThat(outcomes)
        .allSatisfy(outcome -> assertThat(outcome.result()).isInstanceOf(Outcome.Published.class));
  }

  private static Set<String> rows(String table) {
    spark.catalog().refreshTable("lake.gold." + table);
    return Set.copyOf(
        spark.sql("SELECT concat(key, '=', value) FROM lake.gold." + table).collectAsList().stream()
            .map(row -> row.getString(0))
            .toList());
  }

  private static Set<String> refs(String table) throws Exception {
    var found = Spark3Util.loadIcebergTable(spark, "lake.gold." + table);
    found.refresh();
    return found.refs().keySet();
  }
}
