package dev.sluice.daemon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointsTest {
  private static final Endpoints SAMPLE =
      new Endpoints(
          URI.create("http://127.0.0.1:8080"),
          URI.create("http://127.0.0.1:8080"),
          Optional.empty(),
          "127.0.0.1:9092",
          URI.create("http://127.0.0.1:9000"),
          URI.create("http://127.0.0.1:8181"),
          Optional.empty(),
          new Endpoints.Credentials("access", "secret", "write"),
          42);

  @TempDir Path directory;

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    SAMPLE.write(directory);
    SAMPLE.write(directory);

    assertThat(Endpoints.read(directory)).contains(SAMPLE);
  }

  @Test
  void onlyTheOwnerReadsTheFile() throws Exception {
    SAMPLE.write(directory);

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("endpoints.json"))))
        .isEqualTo("rw-------");
  }

  @Test
  void secretsAreNotPrinted() {
    assertThat(SAMPLE.toString()).doesNotContain("secret").doesNotContain("write");
  }

  @Test
  void aClearedDirectoryHasNone() throws Exception {
    SAMPLE.write(directory);
    Endpoints.clear(directory);

    assertThat(Endpoints.read(directory)).isEmpty();
  }
}
