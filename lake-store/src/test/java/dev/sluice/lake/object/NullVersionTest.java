package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NullVersionTest {
  private static final int OVERWRITES = 3_000;

  @TempDir Path directory;
  private StoreRig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new StoreRig(directory);
    rig.store().durability("lake", Durability.NONE);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  @Test
  void theNullVersionIsNeverMissingWhileItIsOverwritten() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    rig.put("k", StoreRig.bytes(10, 0));
    Waits writer =
        new Waits(
            () -> {
              try {
                for (int at = 0; at < OVERWRITES; at++) {
                  rig.put("k", StoreRig.bytes(10, at));
                }
              } finally {
                done.set(true);
              }
            });
    try {
      while (!done.get()) {
        assertThat(rig.store().find("lake", "k", Optional.of(VersionId.NULL))).isPresent();
      }
    } finally {
      writer.end();
    }
  }
}
