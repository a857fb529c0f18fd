package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceTest {
  @TempDir Path directory;

  private ObjectStore open(long reserve) throws IOException {
    return ObjectStore.open(
        TestSettings.in(directory, Map.of("free-space", Long.toString(reserve))),
        InstantSource.system(),
        new Random(1));
  }

  private static void put(ObjectStore store, String key) throws IOException {
    try (IncomingBody body = store.receive(Set.of())) {
      body.accept(ByteBuffer.wrap(new byte[100]));
      body.finish();
      store.put("lake", key, body, Attributes.none(), Condition.none());
    }
  }

  @Test
  void newBytesAreRefusedBelowTheReserveAndTheRestGoesOn() throws IOException {
    try (ObjectStore store = open(1)) {
      store.createBucket("lake", "");
      put(store, "a");
      put(store, "b");
    }
    try (ObjectStore store = open(1L << 60)) {
      Assertions.assertThatThrownBy(() -> put(store, "c"))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.DISK_FULL));
      assertThat(store.find("lake", "a", Optional.empty())).isPresent();
      store.delete("lake", "a", Condition.none());
    }
    try (ObjectStore store = open(1)) {
      put(store, "c");
      assertThat(store.list("lake", new Listing.Query("", "", "", 9)).entries()).hasSize(2);
    }
  }
}
