package dev.sluice.transform.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.transform.schedule.Errand.Ending;
import dev.sluice.transform.schedule.Errand.Going;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands run as real processes. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChildProcessTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path directory;

  @Test
  void whyItFailedIsTheLastLineItSaidAndAllOfItIsInThePrivateLog() throws Exception {
    Going going = shell(Duration.ofSeconds(5)).start(List.of("echo one; echo $0 two >&2; exit 3"));

    assertThat(going.await(LONG)).contains(new Ending(3, "--data two"));
    going.stop();
    assertThat(Files.readString(log())).isEqualTo("one\n--data two\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log())))
        .isEqualTo("rw-------");
  }

  @Test
  void whatWentWellSaysNothing() throws Exception {
    Going going = shell(LONG).start(List.of("echo fine"));

    assertThat(going.await(LONG)).contains(new Ending(0, ""));
    assertThat(going.await(Duration.ZERO)).as("asked again").contains(new Ending(0, ""));
    going.stop();
  }

  @Test
  void whatDoesNotEndWhenAskedToIsEndedWithAllThatItStarted() throws Exception {
    Going going =
        shell(Duration.ofMillis(200))
            .start(List.of("trap '' TERM; sleep 61 & echo $!; while :; do wait; done"));
    assertThat(going.await(Duration.ofMillis(1))).isEqualTo(Optional.empty());
    long child = awaitNumber();
    going.stop();

    assertThat(going.await(Duration.ZERO)).isPresent();
    assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive)).isEmpty();
  }

  private long awaitNumber() throws IOException, InterruptedException {
    long end = System.nanoTime() + LONG.toNanos();
    while (System.nanoTime() < end) {
      if (Files.exists(log()) && Files.readString(log()).endsWith("\n")) {
        return Long.parseLong(Files.readString(log()).strip());
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("nothing was said");
  }

  private ChildProcess shell(Duration grace) {
    return new ChildProcess(List.of("/bin/sh", "-c"), List.of("--data"), log(), grace);
  }

  private Path log() {
    return directory.resolve("schedule.log");
  }
}
