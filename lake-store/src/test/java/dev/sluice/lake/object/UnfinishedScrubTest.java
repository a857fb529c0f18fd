package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The scrub also reads what nobody can read yet. */
class UnfinishedScrubTest {
  private static final int LARGE = 300_000;

  @TempDir Path directory;
  private StoreRig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new StoreRig(directory);
    rig.put("whole", StoreRig.bytes(LARGE, 1));
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private Upload upload() throws IOException {
    return rig.upload("parts", List.of(StoreRig.bytes(6 << 20, 2), StoreRig.bytes(100, 3)));
  }

  private void damage(Upload upload, int part) throws IOException {
    Extent extent = rig.store().listParts(upload, 0, 10).get(part - 1).extent();
    StoreRig.flip(rig.path(extent), extent.offset());
  }

  private Staged stage() throws IOException {
    try (IncomingBody body = rig.store().receive(Set.of())) {
      body.accept(ByteBuffer.wrap(StoreRig.bytes(LARGE, 4)));
      body.finish();
      return rig.store()
          .stages()
          .put("lake", "day", "staged", body, Attributes.none(), Condition.none());
    }
  }

  @Test
  void aDamagedPartIsToldOfAndWhatIsMadeOfItRefused() throws IOException {
    Upload upload = upload();
    assertThat(rig.store().scrub().run()).isEmpty();
    damage(upload, 2);
    List<Damage> found = rig.store().scrub().run();
    assertThat(found).extracting(Damage::key).containsExactly("parts");
    assertThat(found.get(0).line()).contains("upload " + upload.id()).contains("part 2");
    assertThat(rig.store().scrub().progress().damaged()).isEqualTo(1);
    assertThat(rig.store().quarantine().count()).isZero();
    rig.store()
        .completeUpload("lake", "parts", upload.id(), rig.completion(upload), Condition.none());
    assertThatThrownBy(() -> rig.read("parts")).hasMessageContaining("damaged");
    assertThat(rig.store().quarantine().count()).isEqualTo(1);
  }

  @Test
  void aDamagedStagedChangeIsToldOf() throws IOException {
    Extent extent = stage().extents().get(0);
    assertThat(rig.store().scrub().run()).isEmpty();
    StoreRig.flip(rig.path(extent), 5);
    assertThat(rig.store().scrub().run())
        .extracting(Damage::versionId)
        .containsExactly("of stage day");
    rig.store().stages().drop("lake", "day", key -> {});
    assertThat(rig.store().scrub().run()).isEmpty();
    assertThat(rig.path(rig.put("n", StoreRig.bytes(LARGE, 9)).content().extents().get(0)))
        .exists();
  }

  @Test
  @Timeout(60)
  void theWalkInTheBackgroundComesToThemToo() throws IOException {
    damage(upload(), 1);
    rig.reopen(Map.of("scrub.rate", "1GiB", "scrub.interval", "1s"));
    rig.now.set(rig.now.get().plus(Duration.ofSeconds(1)));
    while (rig.store().scrub().progress().passes() == 0) {
      Thread.onSpinWait();
    }
    assertThat(rig.store().scrub().progress().damaged()).isEqualTo(1);
  }
}
