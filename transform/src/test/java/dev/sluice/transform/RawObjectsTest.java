package dev.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.transform.sample.LakeProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.VersionInfo;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Raw objects of the lake's store, read and written by a Spark job through S3A. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RawObjectsTest {
  private static final Path ROOT = Path.of(System.getProperty("sluice.root"));
  private static final Path ADDED = ROOT.resolve("lake-store/s3a/target/classpath/s3a");

  @TempDir private Path data;

  @Test
  void aSparkJobReadsAndWritesRawObjectsByTheS3aOfItsOwnHadoop() throws Exception {
    assumeTrue(Files.exists(ADDED), "built without the checks, so without Hadoop's S3A");
    String added = Files.readString(ADDED);
    assertThat(added).contains("/hadoop-aws-" + VersionInfo.getVersion() + ".jar");
    try (LakeProcess lake = LakeProcess.start(data)) {
      put(
          lake,
          Map.of(
              "lines.txt",
              "one\ntwo\nthree\n",
              "events/a.json",
              "{\"day\":\"2026-11-20\",\"price\":2.5}\n{\"day\":\"2026-11-21\",\"price\":9}\n",
              "events/b.json",
              "{\"day\":\"2026-11-20\",\"price\":4}\n"));

      assertThat(run(lake, added)).contains("found 3 3 2 6.5");
    }
  }

  private static void put(LakeProcess lake, Map<String, String> objects) throws IOException {
    var keys = lake.endpoints().credentials();
    try (S3FileIO store = new S3FileIO()) {
      store.initialize(
          Map.of(
              "s3.endpoint", lake.endpoints().s3().toString(),
              "s3.path-style-access", "true",
              "s3.access-key-id", keys.accessKey(),
              "s3.secret-access-key", keys.secretKey(),
              "client.region", "us-east-1"));
      for (Map.Entry<String, String> object : objects.entrySet()) {
        try (OutputStream out =
            store.newOutputFile("s3://lake/objects/" + object.getKey()).createOrOverwrite()) {
          out.write(object.getValue().getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  /** In a process of its own: two SDKs of Amazon's do not go into one. */
  private String run(LakeProcess lake, String added) throws Exception {
    var keys = lake.endpoints().credentials();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    Map.of(
            "endpoint",
            lake.endpoints().s3().toString(),
            "endpoint.region",
            "us-east-1",
            "path.style.access",
            "true",
            "connection.ssl.enabled",
            "false",
            "access.key",
            keys.accessKey(),
            "secret.key",
            keys.secretKey())
        .forEach((key, value) -> command.add("-Dspark.hadoop.fs.s3a." + key + "=" + value));
    command.addAll(
        List.of(
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dspark.sql.shuffle.partitions=1"));
    Path home = ROOT.resolve("transform/target/spark-home");
    command.addAll(List.of("-cp", home.resolve("conf") + ":" + spark() + ":" + added));
    command.add(ROOT.resolve("transform/src/test/resources/raw/RawObjects.java").toString());
    command.add("s3a://lake/objects");
    Path output = data.resolve("raw-objects.log");
    Process job =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .directory(data.toFile())
            .start();
    try {
      job.waitFor();
    } finally {
      job.destroyForcibly();
    }
    return Files.readString(output);
  }

  /** Spark's jars without Iceberg's, which bring another SDK. */
  private static String spark() throws IOException {
    return String.join(
        ":",
        Arrays.stream(
                Files.readString(ROOT.resolve("transform/target/classpath/spark"))
                    .strip()
                    .split(":"))
            .filter(jar -> !jar.contains("/iceberg-"))
            .toList());
  }
}
