package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DamageTest {
  private static final int BLOCK = (int) BlockSums.BLOCK;

  @TempDir Path directory;
  private StoreRig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new StoreRig(directory);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private ObjectVersion small() throws IOException {
    return rig.put("small", StoreRig.bytes(20_000, 1));
  }

  private ObjectVersion large() throws IOException {
    return rig.put("large", StoreRig.bytes(2 * BLOCK + 1000, 2));
  }

  private ObjectVersion parts() throws IOException {
    return rig.multipart(
        "parts", List.of(StoreRig.bytes(BLOCK + 2_000_000, 3), StoreRig.bytes(300_000, 4)));
  }

  private OpenObject opened(String key) {
    return rig.store().open("lake", key, Optional.empty()).orElseThrow();
  }

  private void isRefused(String key) {
    assertThatThrownBy(() -> rig.read(key))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.DAMAGED))
        .hasMessageContaining("lake/" + key)
        .hasMessageContaining("damaged");
  }

  @Test
  void aByteChangedOnDiskIsFoundByTheFirstReadWhereverItLies() throws IOException {
    rig.damage(small(), 19_999);
    rig.damage(large(), 2 * BLOCK + 5);
    rig.damage(parts(), BLOCK + 2_000_000 + 7);
    for (String key : List.of("small", "large", "parts")) {
      isRefused(key);
    }
    assertThat(rig.store().quarantine().list(10))
        .extracting(Damage::key)
        .containsExactly("large", "parts", "small");
    Damage large = rig.store().quarantine().list(1).get(0);
    assertThat(large.offset()).isEqualTo(2 * BLOCK);
    assertThat(large.length()).isEqualTo(1000);
    assertThat(large.expected()).matches("[0-9a-f]{8}").isNotEqualTo(large.actual());
    assertThat(directory.resolve(large.file())).exists();
  }

  @Test
  void noByteOfADamagedBlockLeavesNotEvenTheSoundOnesBeforeTheDamage() throws IOException {
    rig.damage(large(), BLOCK - 1);
    try (OpenObject object = opened("large");
        ObjectReader reader = object.reader()) {
      assertThatThrownBy(() -> reader.next(10)).hasMessageContaining("damaged");
    }
  }

  @Test
  void aRangeIsVerifiedByTheBlocksItTouchesAndNoOthers() throws IOException {
    rig.damage(large(), 10);
    try (OpenObject object = opened("large")) {
      assertThat(object.slices(BLOCK, BLOCK)).hasSize(1);
      assertThat(rig.store().quarantine().count()).isZero();
      assertThatThrownBy(() -> object.slices(BLOCK - 1, 2)).hasMessageContaining("damaged");
    }
    // Known to be damaged, none of it is given out any more.
    isRefused("large");
  }

  @Test
  void aMissingOrShortenedFileIsDamageToo() throws IOException {
    ObjectVersion gone = large();
    Files.delete(rig.path(gone.content().extents().get(0)));
    isRefused("large");
    ObjectVersion part = parts();
    Path file = rig.path(part.content().extents().get(1));
    Files.write(file, new byte[10]);
    isRefused("parts");
    assertThat(rig.store().quarantine().list(10))
        .extracting(Damage::actual)
        .containsExactly("no such file", "the file ends at 10");
  }

  @Test
  void whatWasVerifiedIsNotReadAgainUnlessTheSettingsSaySo() throws IOException {
    ObjectVersion version = large();
    rig.read("large");
    rig.damage(version, 10);
    try (OpenObject object = opened("large")) {
      assertThat(object.slices(0, version.size())).hasSize(1);
    }
    rig.reopen(Map.of("verify", "every-read"));
    isRefused("large");
  }

  @Test
  void everyReadMeansEveryRead() throws IOException {
    rig.reopen(Map.of("verify", "every-read"));
    ObjectVersion version = large();
    rig.read("large");
    rig.damage(version, BLOCK + 10);
    isRefused("large");
  }

  @Test
  void theScrubFindsWhatNobodyReads() throws IOException {
    rig.put("row", StoreRig.bytes(100, 9));
    ObjectVersion small = small();
    ObjectVersion large = large();
    ObjectVersion parts = parts();
    assertThat(rig.store().scrub().run()).isEmpty();
    rig.damage(small, 0);
    rig.damage(large, BLOCK);
    rig.damage(parts, BLOCK + 2_000_000);
    assertThat(rig.store().scrub().run())
        .extracting(Damage::key)
        .containsExactly("large", "parts", "small");
    assertThat(rig.store().quarantine().count()).isEqualTo(3);
    Scrub.Progress progress = rig.store().scrub().progress();
    assertThat(progress.versions()).isEqualTo(8);
    assertThat(progress.damaged()).isEqualTo(3);
    assertThat(progress.bytes()).isGreaterThan(large.size() + parts.size());
    isRefused("parts");
  }

  @Test
  @Timeout(60)
  void theScrubWalksByItselfAndEndsWithTheStore() throws IOException {
    rig.damage(parts(), 5);
    rig.reopen(Map.of("scrub.rate", "1GiB", "scrub.interval", "1s"));
    rig.now.set(rig.now.get().plusSeconds(1));
    while (rig.store().quarantine().count() == 0) {
      Thread.onSpinWait();
    }
    assertThat(rig.store().quarantine().list(1).get(0).key()).isEqualTo("parts");
    rig.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("sluice-scrub");
    rig.reopen();
  }

  @Test
  void aSlowScrubHoldsUpNeitherClosingNorWriting() throws IOException {
    large();
    rig.reopen(Map.of("scrub.rate", "1B", "scrub.interval", "1d"));
    rig.put("large", StoreRig.bytes(10, 1));
    assertThat(rig.read("large")).hasSize(10);
    rig.reopen();
    assertThat(rig.store().quarantine().count()).isZero();
  }

  @Test
  void quarantineOutlivesARestartAndTheListingStillShowsTheKey() throws IOException {
    rig.damage(large(), 0);
    rig.store().scrub().run();
    rig.reopen();
    assertThat(rig.store().quarantine().count()).isEqualTo(1);
    assertThatThrownBy(() -> opened("large")).hasMessageContaining("damaged");
    assertThat(rig.keys()).containsExactly("large");
  }

  @Test
  void deletingOrOverwritingADamagedVersionClearsItsRecord() throws IOException {
    rig.damage(large(), 0);
    rig.damage(small(), 0);
    rig.store().scrub().run();
    rig.put("large", StoreRig.bytes(10, 5));
    assertThat(rig.read("large")).isEqualTo(StoreRig.bytes(10, 5));
    rig.store().delete("lake", "small", Condition.none());
    assertThat(rig.store().quarantine().count()).isZero();
    assertThat(rig.store().quarantine().list(10)).isEmpty();
  }

  @Test
  void aVersionWhoseBytesArePutRightComesOutOfQuarantineByTheNextScrub() throws IOException {
    ObjectVersion version = large();
    rig.damage(version, 77);
    isRefused("large");
    rig.damage(version, 77);
    assertThat(rig.store().scrub().run()).isEmpty();
    assertThat(rig.store().quarantine().count()).isZero();
    assertThat(rig.read("large")).isEqualTo(StoreRig.bytes(2 * BLOCK + 1000, 2));
  }

  @Test
  void verifiedBlocksAreRememberedWithinTheirMemoryAndForgottenBeyondIt() {
    VerifiedBlocks few = new VerifiedBlocks(1024);
    int known = 0;
    for (long print = 1; print <= 10_000; print++) {
      few.add(print * 0x9e3779b97f4a7c15L);
    }
    for (long print = 1; print <= 10_000; print++) {
      known += few.contains(print * 0x9e3779b97f4a7c15L) ? 1 : 0;
    }
    assertThat(known).isBetween(1, 128);
    VerifiedBlocks many = new VerifiedBlocks(2 << 20);
    many.add(42);
    assertThat(many.contains(42)).isTrue();
    assertThat(many.contains(43)).isFalse();
    many.remove(42);
    assertThat(many.contains(42)).isFalse();
  }
}
