package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With which durability the commits of one batch of deletes are made. */
class BatchDeleteTest {
  private static final int LARGE = 300_000;

  @TempDir Path directory;
  private final List<Durability> levels = new ArrayList<>();
  private StoreRig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new StoreRig(directory, Map.of("batch-interval", "1h"));
    rig.store().setVersioning("lake", Bucket.Versioning.ENABLED);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  /** Notes the level of each commit that lets bytes go. */
  private final class Noting implements Commits.Settling {
    private final Holdings holdings = rig.store().holdings;

    @Override
    public void sync(List<Extent> named) {
      holdings.sync(named);
    }

    @Override
    public void account(RowBatch batch) {
      holdings.account(batch);
    }

    @Override
    public void freed(Durability level, long life, List<Extent> extents) {
      levels.add(level);
      holdings.freed(level, life, extents);
    }

    @Override
    public void unsynced() {
      holdings.unsynced();
    }

    @Override
    public void requireSpace() {
      holdings.requireSpace();
    }

    @Override
    public void unwritten() {
      holdings.unwritten();
    }

    @Override
    public void reopened() {
      holdings.reopened();
    }
  }

  /** Two versions of one key, which go one after the other. */
  private void deleteBoth(Durability level) throws IOException {
    levels.clear();
    rig.store().durability("lake", level);
    List<ObjectStore.Doomed> doomed = new ArrayList<>();
    for (int each = 0; each < 2; each++) {
      String id = rig.put("k", StoreRig.bytes(LARGE, each)).id();
      doomed.add(new ObjectStore.Doomed("k", Optional.of(id)));
    }
    ObjectStore store = rig.store();
    Commits commits = new Commits(store.rows, store.sequence, new Noting());
    List<ObjectStore.Outcome> outcomes =
        new BatchDelete(store.buckets, store.objects, store.edits, commits, store.locks)
            .run("lake", doomed);
    assertThat(outcomes).allMatch(each -> each.deletion().isPresent());
    assertThat(rig.keys()).isEmpty();
  }

  @Test
  void eachCommitIsMadeAsTheBucketSaysOrSyncedTogetherInTheEnd() throws IOException {
    deleteBoth(Durability.BATCH);
    assertThat(levels).containsExactly(Durability.BATCH, Durability.BATCH);
    deleteBoth(Durability.NONE);
    assertThat(levels).containsExactly(Durability.NONE, Durability.NONE);
    // Those before the last by the last, and the last by a sync of its own.
    deleteBoth(Durability.SYNC);
    assertThat(levels).containsExactly(Durability.NONE, Durability.NONE);
  }
}
