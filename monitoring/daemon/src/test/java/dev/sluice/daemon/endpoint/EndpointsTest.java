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
  void eachPartIsShownItsOwnKeyAndTheWriteKeyWhereItHasNone() throws Exception {
    URI monitor = URI.create("http://127.0.0.1:8090/api/v1/status");
    assertThat(SAMPLE.keyFor(SAMPLE.catalog())).isEqualTo("write");
    assertThat(SAMPLE.keyFor(monitor)).isEqualTo("write");

    Endpoints apart =
        new Endpoints(
            monitor.resolve("/"),
            SAMPLE.door(),
            Optional.empty(),
            SAMPLE.kafka(),
            SAMPLE.s3(),
            SAMPLE.catalog(),
            Optional.empty(),
            new Endpoints.Credentials(
                "access", "secret", "write", Optional.of("of-catalog"), Optional.of("of-monitor")),
            42);
    apart.write(directory);

    assertThat(Endpoints.read(directory)).contains(apart);
    assertThat(apart.keyFor(apart.catalog().resolve("/api/v1/sql"))).isEqualTo("of-catalog");
    assertThat(apart.keyFor(apart.door().resolve("/v1/verify"))).isEqualTo("write");
    assertThat(apart.keyFor(monitor)).isEqualTo("of-monitor");
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
