package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code rclone} command, where it is installed, configured as the README says. */
class RcloneTest {
  @TempDir Path directory;
  private LocalS3 lake;
  private Terminal terminal;

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory.resolve("store"));
    terminal = new Terminal(directory.resolve("work"), Map.of());
    terminal.needs("rclone", "version");
    terminal.write(
        ".config/rclone/rclone.conf",
        Documented.block("rclone", "ini", lake.endpoint()).getBytes(StandardCharsets.UTF_8));
    rclone("mkdir", "lake:mine");
  }

  @AfterEach
  void stop() throws IOException {
    lake.close();
  }

  private String rclone(String... arguments) throws IOException, InterruptedException {
    return terminal.ok(
        List.of(
            "rclone",
            "--retries=1",
            "--low-level-retries=1",
            "--s3-chunk-size=5M",
            "--s3-upload-cutoff=8M",
            "--s3-copy-cutoff=8M"),
        arguments);
  }

  private void tree() throws IOException {
    for (int n = 0; n < 20; n++) {
      terminal.file("tree/d" + n % 3 + "/f" + n, 100 + n);
    }
    terminal.file("tree/\u00fc +/a&b%20c", 7);
    terminal.file("tree/empty", 0);
    terminal.file("tree/big", 17_000_000);
  }

  @Test
  void treesAreCopiedAndChecked() throws Exception {
    tree();
    rclone("copy", "tree", "lake:mine/tree");
    assertThat(rclone("check", "tree", "lake:mine/tree")).contains("23 matching files");
    assertThat(rclone("check", "--download", "tree", "lake:mine/tree"))
        .contains("23 matching files");
    assertThat(rclone("sync", "-v", "tree", "lake:mine/tree")).doesNotContain("Copied");
    terminal.shell("rm tree/d0/f0");
    assertThat(rclone("sync", "-v", "tree", "lake:mine/tree")).contains("f0: Deleted");
    rclone("copy", "lake:mine/tree", "back");
    terminal.shell("diff -r tree back");
    assertThat(rclone("size", "lake:mine")).contains("Total objects: 22");
    rclone("purge", "lake:mine/tree");
    rclone("rmdir", "lake:mine");
    assertThat(rclone("lsd", "lake:")).isBlank();
  }

  @Test
  void listingsTellHashesAndTimes() throws Exception {
    tree();
    terminal.shell("touch -d 2001-02-03T04:05:06Z tree/d1/f1");
    rclone("copy", "tree", "lake:mine");
    JsonNode found = new ObjectMapper().readTree(rclone("lsjson", "-R", "--hash", "lake:mine"));
    assertThat(found).hasSize(27);
    for (JsonNode each : found) {
      if (each.path("Path").asText().equals("d1/f1")) {
        assertThat(each.path("ModTime").asText()).startsWith("2001-02-03T04:05:06");
      }
      if (!each.path("IsDir").asBoolean()) {
        String path = "tree/" + each.path("Path").asText();
        assertThat(terminal.ok("md5sum", path))
            .startsWith(each.path("Hashes").path("md5").asText() + " ");
      }
    }
  }

  @Test
  void filesAreMovedReadAndMadeInPlace() throws Exception {
    tree();
    rclone("copy", "tree", "lake:mine");
    rclone("moveto", "lake:mine/d1/f1", "lake:mine/moved");
    rclone("copyto", "lake:mine/big", "lake:mine/copy");
    rclone("copyto", "lake:mine/copy", "back");
    terminal.same("tree/big", "back");
    rclone("copyto", "lake:mine/moved", "moved");
    terminal.same("tree/d1/f1", "moved");
    terminal.shell("echo hello | rclone rcat lake:mine/said");
    assertThat(rclone("cat", "lake:mine/said")).isEqualTo("hello\n");
    assertThat(rclone("cat", "--offset=1", "--count=3", "lake:mine/said")).isEqualTo("ell");
    rclone("touch", "lake:mine/touched");
    rclone("deletefile", "lake:mine/touched");
    assertThat(rclone("link", "--expire=1h", "lake:mine/said")).contains("X-Amz-Signature=");
    rclone("cleanup", "lake:mine");
    rclone("delete", "lake:mine/d2");
    assertThat(rclone("lsf", "lake:mine")).contains("said").doesNotContain("d2", "touched");
  }
}
