package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.StampedLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others do to objects while the segment they lie in is given back. */
class CompactionRaceTest {
  private static final int SIZE = 5_000;

  /** So many fill the first segment, which is then added to no more. */
  private static final int FULL = 10;

  @TempDir Path directory;
  private StoreRig rig;

  @BeforeEach
  void open() throws IOException {
    rig =
        new StoreRig(
            directory,
            Map.of("inline-limit", "100", "segment-limit", "10000", "segment-size", "50000"));
    for (int at = 0; at <= FULL; at++) {
      rig.put("k" + at, StoreRig.bytes(SIZE, at));
    }
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private Extent extent(String key) {
    return rig.store().find("lake", key, Optional.empty()).orElseThrow().content().extents().get(0);
  }

  /** Leaves one object in the first segment. */
  private Path thinOut() {
    Path segment = rig.store().holdings.path(extent("k0"));
    for (int at = 1; at < FULL; at++) {
      rig.store().delete("lake", "k" + at, Condition.none());
    }
    return segment;
  }

  /**
   * The work waits for the object's lock before the compaction does, which has its copy by then.
   */
  private void whileItIsMoved(Waits.Work work) throws Exception {
    Locks.Held held = rig.store().locks.hold("lake", "k0");
    Waits other = new Waits(work).untilItWaitsFor(StampedLock.class);
    Waits compaction = new Waits(rig.store()::compact).untilItWaitsFor(StampedLock.class);
    held.release();
    other.end();
    compaction.end();
  }

  @Test
  void anObjectDeletedWhileItIsMovedStaysDeleted() throws Exception {
    Path segment = thinOut();
    whileItIsMoved(() -> rig.store().delete("lake", "k0", Condition.none()));
    rig.store().compact();
    assertThat(rig.keys()).containsExactly("k10");
    assertThat(segment).doesNotExist();
    rig.reopen();
    assertThat(rig.keys()).containsExactly("k10");
    assertThat(rig.read("k10")).isEqualTo(StoreRig.bytes(SIZE, 10));
    assertThat(rig.store().scrub().run()).isEmpty();
  }

  @Test
  void anObjectWrittenAnewWhileItIsMovedIsTheNewOne() throws Exception {
    Path segment = thinOut();
    whileItIsMoved(() -> rig.put("k0", StoreRig.bytes(SIZE, 77)));
    rig.store().compact();
    assertThat(rig.read("k0")).isEqualTo(StoreRig.bytes(SIZE, 77));
    assertThat(segment).doesNotExist();
    rig.reopen();
    assertThat(rig.read("k0")).isEqualTo(StoreRig.bytes(SIZE, 77));
  }

  @Test
  void tagsGivenToAnObjectWhileItIsMovedAreKept() throws Exception {
    Path segment = thinOut();
    Map<String, String> tags = Map.of("color", "red");
    whileItIsMoved(() -> rig.store().tag("lake", "k0", Optional.empty(), tags));
    assertThat(segment).doesNotExist();
    assertThat(rig.read("k0")).isEqualTo(StoreRig.bytes(SIZE, 0));
    ObjectVersion version = rig.store().find("lake", "k0", Optional.empty()).orElseThrow();
    assertThat(version.attributes().tags()).isEqualTo(tags);
  }

  @Test
  void aSegmentThatAFailedWriteHadCountedAsEmptyIsKept() throws Exception {
    Segments segments = rig.store().holdings.segments();
    Path segment = rig.store().holdings.path(extent("k0"));
    RowBatch neverWritten = new RowBatch();
    for (int at = 0; at < FULL; at++) {
      neverWritten.disown(extent("k" + at));
    }
    CountDownLatch leading = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Waits leader =
        new Waits(
            () ->
                rig.store()
                    .commits
                    .commit(
                        Durability.NONE,
                        (number, batch) -> {
                          leading.countDown();
                          await(go);
                        }));
    leading.await();
    segments.account(neverWritten);
    assertThat(segments.dead()).hasSize(1);
    Waits compaction = new Waits(rig.store()::compact).untilItWaitsFor(Sleeper.class);
    segments.recount();
    go.countDown();
    leader.end();
    compaction.end();
    assertThat(segment).exists();
    rig.reopen();
    for (int at = 0; at <= FULL; at++) {
      assertThat(rig.read("k" + at)).isEqualTo(StoreRig.bytes(SIZE, at));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
