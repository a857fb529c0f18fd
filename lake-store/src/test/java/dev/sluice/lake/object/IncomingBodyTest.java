package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.lake.object.StoreException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a body's file when no row came to own it, or perhaps did. */
class IncomingBodyTest {
  @TempDir Path directory;

  private boolean isKeptAfter(RuntimeException failure) throws IOException {
    try (StoreRig rig = new StoreRig(directory, Map.of("batch-interval", "1h"))) {
      Path file;
      try (IncomingBody body = rig.store().receive(Set.of())) {
        body.accept(ByteBuffer.wrap(StoreRig.bytes(300_000, 1)));
        body.finish();
        file = rig.path(body.settle(Durability.SYNC).extents().get(0));
        assertThatThrownBy(
                () ->
                    body.handedOver(
                        () -> {
                          throw failure;
                        }))
            .isSameAs(failure);
        assertThat(file).exists();
      }
      return file.toFile().exists();
    }
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void aRefusalLeavesNoFileUnlessTheRowMayBeThere(Reason reason) throws IOException {
    boolean inDoubt = reason == Reason.DISK_FULL || reason == Reason.DAMAGED;
    assertThat(isKeptAfter(new StoreException(reason, "no"))).isEqualTo(inDoubt);
  }

  @Test
  void afterAnyOtherFailureTheFileStays() throws IOException {
    assertThat(isKeptAfter(new IllegalStateException("who knows"))).isTrue();
  }
}
