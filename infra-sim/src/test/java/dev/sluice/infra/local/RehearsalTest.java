package dev.sluice.infra.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sluice.infra.house.House;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher does once after a build, so that client commands start sooner. */
class RehearsalTest {
  @Test
  void aQueryIsRehearsedWithoutALake() {
    assertThatCode(() -> Rehearsal.main(new String[0])).doesNotThrowAnyException();
  }

  /** A client starts, and says nothing of it, with an archive that is none. */
  @Test
  void anArchiveThatIsNoneIsPassedOver(@TempDir Path directory) throws Exception {
    Path archive = Files.writeString(directory.resolve("client.jsa"), "no archive");
    for (Path given : List.of(archive, directory.resolve("absent.jsa"))) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xshare:auto",
                  "-Xlog:disable",
                  "-Xlog:all=error:stderr",
                  "-XX:SharedArchiveFile=" + given,
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "--version")
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("said").toFile())
              .start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(Files.readString(directory.resolve("said"))).startsWith("sluice ").hasLineCount(1);
    }
    assertThat(House.read(House.ROOT.resolve("sluice"))).contains("-Xlog:disable", "-Xshare:auto");
  }
}
