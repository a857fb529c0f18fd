package dev.sluice.transform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.transform.sample.Command;
import dev.sluice.transform.sample.LakeProcess;
import dev.sluice.transform.sample.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Table care as the command line submits it, on a real lake. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SubmittedCareTest {
  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir private Path data;

  @Test
  void careFromTheCommandLineSaysWhatItSavedAndWritesItDown() throws Exception {
    try (LakeProcess lake = LakeProcess.start(data)) {
      lake.mount(SPARK, "cared");
      SPARK.sql("CREATE NAMESPACE IF NOT EXISTS cared.gold");
      SPARK.sql(
          "CREATE TABLE cared.gold.small (id BIGINT, day DATE) USING iceberg PARTITIONED BY (day)");
      for (int file = 0; file < 3; file++) {
        SPARK.sql("INSERT INTO cared.gold.small VALUES (" + file + ", DATE '2020-02-29')");
      }

      Command care = etl("gold.small", "--only", "compact");

      assertThat(care.err()).isEmpty();
      assertThat(care.exit()).isZero();
      assertThat(care.out().lines().toList().get(2))
          .matches("lake\\.gold\\.small +compact +done +3 +1 .*3 files became 1");
      JsonNode book =
          lake.sql("SELECT table_name, action, before, after FROM ops.care WHERE bytes_saved > 0");
      assertThat(book).hasToString("[[\"lake.gold.small\",\"compact\",3,1]]");
      assertThat(lake.sql("SELECT count(*), sum(id) FROM gold.small")).hasToString("[[3,3]]");
      try (var files = Files.walk(data.resolve("etl"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(file)).as(file.toString()).doesNotContain(lake.secrets());
        }
      }
    }
  }

  @Test
  void badWordsAreOneLineAndCodeTwo() {
    assertThat(etl("app_events").exit()).isEqualTo(2);
    assertThat(etl("app_events").err())
        .isEqualTo("'app_events' is no table; write it as raw.app_events\n");
    Command unknown = etl("--only", "vacuum");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err().lines().findFirst().orElseThrow())
        .contains("'vacuum' is no action; there are compact, manifests, expire and orphans");
  }

  private Command etl(String... words) {
    String[] all = new String[words.length + 3];
    all[0] = "care";
    all[1] = "--data";
    all[2] = data.toString();
    System.arraycopy(words, 0, all, 3, words.length);
    return Command.etl(Clock.systemUTC(), all);
  }
}
