package dev.sluice.transform.care;

import static dev.sluice.transform.care.Ward.MORNING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.care.CareSettings.Orphans;
import dev.sluice.transform.report.Cared;
import dev.sluice.transform.report.Cared.Action;
import dev.sluice.transform.report.Cared.Ending;
import dev.sluice.transform.sample.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Table care as users submit it, in a process of its own that dies while it writes. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledCareTest {
  private static final SparkSession SPARK = LocalSpark.session();
  private static final Path TRANSFORM = Path.of(System.getProperty("sluice.root"), "transform");

  /** Closed whatever the clock of the process says. */
  private static final LocalDate LONG_AGO = LocalDate.of(2020, 2, 28);

  private static final int DAYS = 8;

  private final Ward ward = new Ward("killed");

  @TempDir private Path warehouse;

  @AfterEach
  void dropTables() {
    ward.close();
  }

  @Test
  void careThatIsKilledWhileItWritesLosesNoRowAndTheNextRunEndsIt() throws Exception {
    SPARK.conf().set("spark.sql.catalog.killed", "org.apache.iceberg.spark.SparkCatalog");
    SPARK.conf().set("spark.sql.catalog.killed.type", "hadoop");
    SPARK.conf().set("spark.sql.catalog.killed.warehouse", warehouse.toString());
    String table = ward.make("torn");
    for (int day = 0; day < DAYS; day++) {
      ward.load(table, LONG_AGO.plusDays(day), 4);
    }
    Row rows = ward.rows(table);
    Set<String> before = data(table);

    Process care = submit();
    try {
      while (before.containsAll(data(table))) {
        assertThat(care.waitFor(5, TimeUnit.MILLISECONDS))
            .as(() -> "ended too early: " + log())
            .isFalse();
      }
    } finally {
      care.destroyForcibly().waitFor();
    }

    assertThat(ward.rows(table)).isEqualTo(rows);
    Cared again = ward.care(MORNING, table, Action.COMPACT).get(0);
    assertThat(again.ending()).as(again.note()).isEqualTo(Ending.DONE);
    assertThat(again.after()).isEqualTo(DAYS);
    assertThat(ward.rows(table)).isEqualTo(rows);

    Instant later = Instant.now().plus(Duration.ofDays(30));
    clean(later, table, Action.EXPIRE, Action.ORPHANS);
    clean(later.plus(Duration.ofDays(4)), table, Action.ORPHANS);
    assertThat(data(table)).as("files of the dead process are gone as well").hasSize(DAYS);
    assertThat(ward.rows(table)).isEqualTo(rows);
  }

  private void clean(Instant now, String table, Action... actions) {
    Policy policy = Policy.standard();
    Policy keepingOne =
        new Policy(
            policy.mode(),
            policy.targetBytes(),
            policy.closedAfter(),
            policy.keep(),
            1,
            policy.orphanAge(),
            policy.quarantine(),
            policy.sameStores());
    ward.care(now, keepingOne, Orphans.DELETE, List.of(table), Set.of(actions));
  }

  private Set<String> data(String table) {
    Path folder = Ward.path(ward.table(table).location()).resolve("data");
    try (var files = Files.walk(folder)) {
      return Set.copyOf(
          files.map(Path::toString).filter(file -> file.endsWith(".parquet")).toList());
    } catch (java.io.IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    }
  }

  private String log() {
    try {
      return Files.readString(warehouse.resolve("care.log"));
    } catch (java.io.IOException none) {
      return none.toString();
    }
  }

  private Process submit() throws java.io.IOException {
    Path home = TRANSFORM.resolve("target/spark-home").toAbsolutePath();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"));
    command.addAll(List.of("-cp", home.resolve("conf") + ":" + home + "/jars/*"));
    command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", "local[1]"));
    for (String setting :
        List.of(
            "spark.ui.enabled=false",
            "spark.driver.bindAddress=127.0.0.1",
            "spark.sql.shuffle.partitions=2",
            "spark.local.dir=" + warehouse.resolve("scratch"),
            "spark.sql.catalog.lake=org.apache.iceberg.spark.SparkCatalog",
            "spark.sql.catalog.lake.type=hadoop",
            "spark.sql.catalog.lake.warehouse=" + warehouse)) {
      command.addAll(List.of("--conf", setting));
    }
    command.addAll(List.of("--class", "dev.sluice.transform.Care"));
    command.add(TRANSFORM.resolve("target/sluice-transform.jar").toString());
    command.addAll(List.of("raw.torn", "--only", "compact"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.redirectErrorStream(true).redirectOutput(warehouse.resolve("care.log").toFile());
    return builder.start();
  }
}
