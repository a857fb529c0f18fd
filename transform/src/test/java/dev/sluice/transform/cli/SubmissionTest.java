package dev.sluice.transform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.endpoint.Endpoints;
import dev.sluice.transform.Nightly;
import dev.sluice.transform.sample.Command;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmissionTest {
  private static final List<String> DAY = List.of("--date", "2026-11-20");
  private static final SparkInstallation SPARK =
      new SparkInstallation(Path.of("/opt/spark"), Path.of("/opt/jobs.jar"));
  private static final URI SOMEWHERE = URI.create("http://127.0.0.1:8181");
  private static final Endpoints PIPELINE =
      new Endpoints(
          SOMEWHERE,
          SOMEWHERE,
          Optional.empty(),
          "127.0.0.1:9092",
          URI.create("http://127.0.0.1:9000"),
          SOMEWHERE,
          Optional.empty(),
          new Endpoints.Credentials("key", "secret-key", "write-key"),
          1);

  @Test
  void secretsAreInTheFileAndNeverInTheCommandOrEnvironment() {
    Submission submission = submission("local[*]");
    List<String> command = command(submission);

    assertThat(submission.properties(PIPELINE, Path.of("/scratch")))
        .containsEntry("spark.sql.catalog.lake.token", "write-key")
        .containsEntry("spark.sql.catalog.lake.s3.secret-access-key", "secret-key")
        .containsEntry("spark.sql.catalog.lake.uri", "http://127.0.0.1:8181");
    assertThat(command.toString() + submission.environment(SPARK))
        .doesNotContain("secret-key")
        .doesNotContain("write-key");
  }

  @Test
  void itIsSubmittedAsUsersWouldSubmitIt() {
    assertThat(command(submission("spark://elsewhere:7077")))
        .containsSubsequence(
            "-Xmx1g",
            "org.apache.spark.deploy.SparkSubmit",
            "--master",
            "spark://elsewhere:7077",
            "--properties-file",
            "/scratch/run.properties",
            "--class",
            Nightly.class.getName(),
            "/opt/jobs.jar",
            "--date",
            "2026-11-20");
  }

  @Test
  void sparkListensOnLoopbackUnlessTheMasterIsElsewhere() {
    for (String near : List.of("local[2]", "spark://127.0.0.1:7077", "spark://localhost:7077")) {
      assertThat(submission(near).properties(PIPELINE, Path.of("/scratch")))
          .containsEntry("spark.driver.bindAddress", "127.0.0.1");
    }
    assertThat(submission("spark://elsewhere:7077").properties(PIPELINE, Path.of("/scratch")))
        .doesNotContainKey("spark.driver.bindAddress");
  }

  @Test
  void whatTheUserSetsWins() {
    Submission submission =
        new Submission(DAY, "local[1]", "1g", Map.of("spark.sql.shuffle.partitions", "400"));

    assertThat(submission.properties(PIPELINE, Path.of("/scratch")))
        .containsEntry("spark.sql.shuffle.partitions", "400");
  }

  @Test
  void theJvmIsOpenedAsSparkItselfOpensIt() {
    assertThat(String.join(" ", SparkInstallation.JVM_OPTIONS))
        .isEqualTo(JavaModuleOptions.defaultModuleOptions());
  }

  @Test
  void badInputIsOneLineAndCodeTwo() {
    Command badDay = Command.etl(Clock.systemUTC(), "nightly", "--date", "yesterday");
    assertThat(badDay.exit()).isEqualTo(2);
    assertThat(badDay.err().lines().findFirst().orElseThrow())
        .contains("'yesterday' is no day; write it as 2026-11-20");

    Command badSize =
        Command.etl(Clock.systemUTC(), "nightly", "--date", "2026-11-20", "--memory", "much");
    assertThat(badSize.exit()).isEqualTo(2);
    assertThat(badSize.err()).isEqualTo("--memory much is no size; write it as 512m or 2g\n");
  }

  @Test
  void withoutAPipelineTheCommandSaysHowToStartOne(@TempDir Path nothing) {
    Command night =
        Command.etl(
            Clock.systemUTC(), "nightly", "--date", "2026-11-20", "--data", nothing.toString());

    assertThat(night.exit()).isEqualTo(1);
    assertThat(night.err()).contains("no pipeline runs on").contains("./sluice up");
  }

  private static Submission submission(String master) {
    return new Submission(DAY, master, "1g", Map.of());
  }

  private static List<String> command(Submission submission) {
    return submission.command(
        Path.of("/usr/bin/java"), SPARK, Path.of("/scratch/run.properties"), Path.of("/scratch"));
  }
}
