package dev.sluice.infra.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.daemon.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path place;

  @Test
  void oneProcessAtATimeHasHold() throws Exception {
    Path data = place.resolve("data");

    try (DataDirectory directory = DataDirectory.hold(data)) {
      assertThat(directory.path()).isDirectory();
      assertThatThrownBy(() -> DataDirectory.hold(data))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("a pipeline already runs on " + data)
          .hasMessageContaining("./sluice down");
    }
    DataDirectory.hold(data).close();
  }

  @Test
  void aDirectoryOfALaterFormatIsRefusedAndLeftAsItIs() throws Exception {
    Path data = Files.createDirectory(place.resolve("data"));
    Files.writeString(data.resolve("format"), "999\n");

    assertThatThrownBy(() -> DataDirectory.hold(data)).hasMessageContaining("has format 999");
    assertThat(data.resolve("format")).hasContent("999\n");
    assertThat(DataDirectory.held(data)).isFalse();
  }

  @Test
  void aPlaceThatCannotBeADirectoryIsNamed() throws Exception {
    Path file = Files.createFile(place.resolve("file"));

    assertThatThrownBy(() -> DataDirectory.hold(file))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("cannot make the data directory " + file);
  }

  @Test
  void credentialsAreMadeOnceAndReadByTheirOwnerOnly() throws Exception {
    var made = CredentialFile.readOrMake(place);

    assertThat(CredentialFile.readOrMake(place)).isEqualTo(made);
    assertThat(made.secretKey()).hasSize(40);
    assertThat(
            java.nio.file.attribute.PosixFilePermissions.toString(
                Files.getPosixFilePermissions(place.resolve("credentials.properties"))))
        .isEqualTo("rw-------");
  }
}
