package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That so many are counted as damaged as there are, whatever comes of the commits. */
class QuarantineTest {
  private static final int LARGE = 300_000;

  @TempDir Path directory;
  private StoreRig rig;
  private ObjectVersion first;
  private ObjectVersion second;

  @BeforeEach
  void open() throws IOException {
    rig = new StoreRig(directory);
    first = rig.put("a", StoreRig.bytes(LARGE, 1));
    second = rig.put("b", StoreRig.bytes(LARGE, 2));
    rig.damage(first, 0);
    rig.damage(second, 0);
    rig.store().scrub().run();
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private Commits.Change forget(ObjectVersion version) {
    return (number, batch) ->
        rig.store().quarantine().forget(batch, "lake", version.key(), version.sequence());
  }

  private void counted(int count, String firstKey) {
    assertThat(rig.store().quarantine().count()).isEqualTo(count);
    assertThat(rig.store().quarantine().first()).map(Damage::key).hasValue(firstKey);
  }

  @Test
  void aVersionThatGoesIsCountedOutWhenThatIsWritten() {
    counted(2, "a");
    rig.store().commits.commit(Durability.SYNC, forget(first));
    counted(1, "b");
    rig.store().delete("lake", "b", Condition.none());
    assertThat(rig.store().quarantine().count()).isZero();
    assertThat(rig.store().quarantine().first()).isEmpty();
  }

  @Test
  void whatCameToNothingChangesNoCount() {
    Commits.Change fails =
        (number, batch) -> {
          throw new IllegalStateException("no");
        };
    assertThatThrownBy(
            () -> rig.store().commits.commitAll(Durability.SYNC, List.of(forget(first), fails)))
        .hasMessage("no");
    counted(2, "a");
    Commits.Change refused =
        (number, batch) -> {
          forget(second).write(number, batch);
          batch.removeRange(RowKey.kind('z'), RowKey.kind('y'));
        };
    assertThatThrownBy(() -> rig.store().commits.commit(Durability.SYNC, refused))
        .isInstanceOf(IllegalStateException.class);
    counted(rig.store().quarantine().list(10).size(), "a");
  }

  @Test
  void whatAFailedWriteDidNonethelessIsCountedFromTheRows() {
    byte[] row = RowKey.quarantine("lake", "a", first.sequence());
    rig.store().commits.commit(Durability.SYNC, (number, batch) -> batch.remove(row));
    counted(2, "a");
    rig.store().holdings.reopened();
    counted(1, "b");
  }
}
