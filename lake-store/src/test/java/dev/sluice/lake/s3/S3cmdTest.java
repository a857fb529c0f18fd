package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code s3cmd} command, where it is installed, configured as the README says. */
class S3cmdTest {
  @TempDir Path directory;
  private LocalS3 lake;
  private Terminal terminal;

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory.resolve("store"));
    terminal = new Terminal(directory.resolve("work"), Map.of());
    terminal.needs("s3cmd", "--version");
    terminal.write(
        ".s3cfg",
        Documented.block("s3cmd", "ini", lake.endpoint()).getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() throws IOException {
    lake.close();
  }

  private String s3cmd(String... arguments) throws IOException, InterruptedException {
    return terminal.ok(List.of("s3cmd", "--no-progress"), arguments);
  }

  @Test
  void bucketsAndFilesAreMadeReadAndRemoved() throws Exception {
    terminal.file("small \u00fc+.txt", 1_000);
    s3cmd("mb", "s3://lake");
    s3cmd("put", "small \u00fc+.txt", "s3://lake/", "--add-header=x-amz-meta-who:me");
    s3cmd("get", "s3://lake/small \u00fc+.txt", "back");
    terminal.same("small \u00fc+.txt", "back");
    assertThat(s3cmd("ls", "s3://lake")).contains("1000  s3://lake/small \u00fc+.txt");
    assertThat(s3cmd("la")).contains("s3://lake/small");
    assertThat(s3cmd("info", "s3://lake/small \u00fc+.txt")).contains("x-amz-meta-who: me");
    assertThat(s3cmd("info", "s3://lake")).contains("us-east-1");
    s3cmd("cp", "s3://lake/small \u00fc+.txt", "s3://lake/copy");
    s3cmd("mv", "s3://lake/copy", "s3://lake/moved");
    s3cmd("modify", "--add-header=x-amz-meta-who:you", "s3://lake/moved");
    assertThat(s3cmd("info", "s3://lake/moved")).contains("x-amz-meta-who: you");
    assertThat(s3cmd("du", "s3://lake")).contains("2000").contains("2 objects");
    s3cmd("del", "s3://lake/moved");
    Terminal.Result refused = terminal.run(List.of("s3cmd", "rb", "s3://lake"));
    assertThat(refused.output()).contains("BucketNotEmpty");
    s3cmd("rb", "--force", "--recursive", "s3://lake");
    assertThat(s3cmd("ls")).doesNotContain("lake");
  }

  @Test
  void largeFilesGoInParts() throws Exception {
    terminal.file("big", 17_000_000);
    s3cmd("mb", "s3://lake");
    s3cmd("put", "--multipart-chunk-size-mb=5", "big", "s3://lake/big");
    assertThat(s3cmd("ls", "-l", "s3://lake")).contains("-4 ");
    s3cmd("cp", "s3://lake/big", "s3://lake/copy");
    s3cmd("get", "s3://lake/copy", "back");
    terminal.same("big", "back");
    assertThat(s3cmd("multipart", "s3://lake")).doesNotContain("big");
  }

  @Test
  void treesAreSyncedBothWays() throws Exception {
    terminal.file("tree/a/one", 10);
    terminal.file("tree/a/b/two", 5_000);
    terminal.file("tree/empty", 0);
    s3cmd("mb", "s3://lake");
    assertThat(s3cmd("sync", "tree/", "s3://lake/t/")).contains("Uploaded 5010 bytes");
    assertThat(s3cmd("sync", "tree/", "s3://lake/t/")).doesNotContain("upload");
    s3cmd("sync", "s3://lake/t/", "back/");
    terminal.shell("diff -r tree back; rm tree/a/one");
    assertThat(s3cmd("sync", "--delete-removed", "tree/", "s3://lake/t/"))
        .contains("delete: 's3://lake/t/a/one'");
    s3cmd("del", "--recursive", "--force", "s3://lake/t");
    assertThat(s3cmd("ls", "--recursive", "s3://lake")).isBlank();
  }
}
