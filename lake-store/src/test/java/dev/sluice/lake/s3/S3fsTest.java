package dev.sluice.lake.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bucket as a folder, by {@code s3fs}, where that and {@code /dev/fuse} are there. The folder is
 * touched by commands only, which end in their time whatever becomes of the mount.
 */
class S3fsTest {
  @TempDir Path directory;
  private LocalS3 lake;
  private Terminal terminal;
  private Path mount;

  @BeforeEach
  void start() throws Exception {
    lake = new LocalS3(directory.resolve("store"));
    lake.store().createBucket("mine", "");
    terminal = new Terminal(directory.resolve("work"), Map.of());
    mount = Files.createDirectory(directory.resolve("mount"));
    terminal.needs("s3fs", "--version");
    terminal.needs("fusermount", "--version");
    assumeTrue(Files.exists(Path.of("/dev/fuse")), "skipped: there is no /dev/fuse here");
    String documented =
        Documented.block("s3fs", "sh", lake.endpoint()).replace("/mnt/mine", mount.toString());
    Terminal.Result mounted = terminal.run(List.of("sh", "-euc", documented));
    assumeTrue(!mounted.output().contains("not permitted"), "skipped: nothing can be mounted here");
    assertThat(mounted.exit()).as(mounted.output()).isZero();
  }

  @AfterEach
  void stop() throws Exception {
    try {
      terminal.run(List.of("fusermount", "-u", "-z", mount.toString()));
    } finally {
      lake.close();
    }
  }

  private String in(String lines) throws IOException, InterruptedException {
    return terminal.shell("cd " + mount + "\n" + lines);
  }

  @Test
  void aMountedBucketIsAFolder() throws Exception {
    assertThat(terminal.shell("grep -c " + mount + " /proc/mounts")).isEqualTo("1\n");
    in("mkdir d; echo hello > d/a; echo more >> d/a");
    assertThat(in("cat d/a")).isEqualTo("hello\nmore\n");
    in("mv d/a d/b; mv d e; cp e/b e/c; chmod 600 e/c; truncate -s 3 e/c; ln -s b e/link");
    assertThat(in("ls e; cat e/c; stat -c %a e/c; cat e/link"))
        .isEqualTo("b\nc\nlink\nhel600\nhello\nmore\n");
    assertThat(in("rmdir e 2>&1 || true")).contains("not empty");
    in("rm -r e");
    assertThat(in("ls -A")).isEmpty();
    assertThat(in("cat none 2>&1 || true")).contains("No such file");
  }

  @Test
  void largeFilesAreWrittenReadAndChangedInTheMiddle() throws Exception {
    terminal.file("large", 30_000_000);
    in("cp ../work/large .; cmp large ../work/large");
    in("printf X | dd of=large bs=1 seek=20000000 conv=notrunc status=none; sync large");
    assertThat(in("stat -c %s large; dd if=large bs=1 skip=20000000 count=1 status=none"))
        .isEqualTo("30000000\nX");
    in("mv large 'a larger \u00fc'");
    assertThat(lake.client().headObject(each -> each.bucket("mine").key("a larger \u00fc")).eTag())
        .contains("-");
    terminal.ok("fusermount", "-u", mount.toString());
    assertThat(terminal.shell("grep -c " + mount + " /proc/mounts || true")).isEqualTo("0\n");
    assertThat(terminal.shell("ls -A " + mount)).isEmpty();
  }
}
