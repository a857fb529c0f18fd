package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sync that failed leaves in doubt for good what it was to save, whatever the next one says. A
 * file cannot be synced while a link to the null device stands in its place.
 */
class FailedSyncTest {
  private static final int LARGE = 300_000;

  @TempDir Path directory;
  private StoreRig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new StoreRig(directory, Map.of("batch-interval", "1h"));
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private Path aside() {
    return directory.resolve("aside");
  }

  private void breakFile(Path file) throws IOException {
    Files.move(file, aside());
    Files.createSymbolicLink(file, Path.of("/dev/null"));
  }

  private void mendFile(Path file) throws IOException {
    Files.delete(file);
    Files.move(aside(), file);
  }

  private Extent append(int seed) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(StoreRig.bytes(5_000, seed));
    return rig.store().holdings.segments().append(bytes, BlockSums.of(bytes.duplicate()));
  }

  @Test
  void aSegmentThatCouldNotBeSyncedIsNeverBelievedAgain() throws IOException {
    Segments segments = rig.store().holdings.segments();
    Extent first = append(1);
    Extent second = append(2);
    assertThat(second.container()).isEqualTo(first.container());
    Path file = segments.path(first.container());
    segments.close();
    breakFile(file);
    assertThatThrownBy(() -> segments.sync(List.of(first))).isInstanceOf(IOException.class);
    segments.close();
    mendFile(file);
    assertThatThrownBy(() -> segments.sync(List.of(second))).hasMessageContaining("in doubt");
    Extent third = append(3);
    assertThat(third.container()).isNotEqualTo(first.container());
    assertThatCode(() -> segments.sync(List.of(third))).doesNotThrowAnyException();
    List.of(first, second, third).forEach(segments::release);
    assertThat(segments.sparse()).isEmpty();
  }

  @Test
  void whatWasReplacedByBytesInDoubtIsNotRemovedWhenALaterSyncGoesWell() throws IOException {
    rig.store().durability("lake", Durability.BATCH);
    Path former = rig.path(rig.put("k", StoreRig.bytes(LARGE, 1)).content().extents().get(0));
    rig.store().holdings.flush();
    Path latter = rig.path(rig.put("k", StoreRig.bytes(LARGE, 2)).content().extents().get(0));
    breakFile(latter);
    assertThatThrownBy(() -> rig.store().holdings.flush())
        .isInstanceOf(IllegalStateException.class);
    mendFile(latter);
    rig.store().holdings.flush();
    assertThat(former).exists();
    assertThat(rig.read("k")).isEqualTo(StoreRig.bytes(LARGE, 2));
    rig.now.set(rig.now.get().plusSeconds(1));
    rig.reopen();
    assertThat(rig.store().sweptFiles()).isEqualTo(1);
    assertThat(former).doesNotExist();
  }

  @Test
  void whatWasReplacedIsRemovedOnceTheBytesInItsPlaceAreOnDisk() throws IOException {
    rig.store().durability("lake", Durability.BATCH);
    Path former = rig.path(rig.put("k", StoreRig.bytes(LARGE, 1)).content().extents().get(0));
    rig.put("k", StoreRig.bytes(LARGE, 2));
    assertThat(former).exists();
    rig.store().holdings.flush();
    assertThat(former).doesNotExist();
  }

  @Test
  void thatASegmentCouldNotBeSyncedIsToldOnceMoreToWhoFlushesAndThenNotAgain() throws IOException {
    Segments segments = rig.store().holdings.segments();
    Extent first = append(1);
    Path file = segments.path(first.container());
    segments.close();
    breakFile(file);
    assertThatThrownBy(() -> segments.sync(List.of(first))).isInstanceOf(IOException.class);
    segments.close();
    mendFile(file);
    assertThatThrownBy(segments::syncAll).hasMessageContaining("in doubt");
    assertThatCode(segments::syncAll).doesNotThrowAnyException();
    segments.release(first);
  }

  /** The file of an object that was replaced in a bucket whose writers wait for no sync. */
  private Path replaced() throws IOException {
    rig.store().durability("lake", Durability.BATCH);
    Path former = rig.path(rig.put("k", StoreRig.bytes(LARGE, 1)).content().extents().get(0));
    rig.put("k", StoreRig.bytes(LARGE, 2));
    return former;
  }

  @Test
  void aBatchThatWasNotWrittenKeepsNoFileThatOthersReplaced() throws IOException {
    Path former = replaced();
    rig.store().holdings.unwritten();
    assertThat(former).exists();
    rig.store().holdings.flush();
    assertThat(former).doesNotExist();
  }

  private Rows brokenRows() {
    Rows rows = rig.store().rows;
    RowBatch backwards = new RowBatch();
    backwards.removeRange(new byte[] {2}, new byte[] {1});
    assertThatThrownBy(() -> rows.commit(backwards)).isInstanceOf(IllegalStateException.class);
    return rows;
  }

  @Test
  void aFlushRemovesNothingThatRowsOpenedAnewMeanwhileMayNameAgain() throws Exception {
    Path former = replaced();
    Rows rows = brokenRows();
    Waits reopening;
    Waits flushing;
    try (Rows.Cursor reading = rows.cursor(new byte[] {1})) {
      reopening = new Waits(() -> rows.revive(() -> {}));
      reopening.untilItWaitsFor(ReentrantReadWriteLock.class);
      flushing = new Waits(rig.store().holdings::flush);
      flushing.untilItWaitsFor(ReentrantReadWriteLock.class);
      assertThat(reading.valid()).isFalse();
    }
    reopening.end();
    flushing.end();
    assertThat(former).exists();
  }

  @Test
  void whatARowOfAnEarlierLifeLetGoStaysUntilTheNextStart() throws IOException {
    Path former = replaced();
    Rows rows = brokenRows();
    long life = rows.life();
    rows.revive(() -> {});
    Extent extent =
        rig.store().find("lake", "k", Optional.empty()).orElseThrow().content().extents().get(0);
    rig.store().holdings.reopened();
    rig.store().holdings.freed(Durability.BATCH, life, List.of(extent));
    rig.store().holdings.flush();
    assertThat(rig.path(extent)).exists();
    assertThat(former).exists();
  }
}
