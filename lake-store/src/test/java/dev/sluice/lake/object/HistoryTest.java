package dev.sluice.lake.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
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

  private void versioned() {
    rig.store().setVersioning("lake", Bucket.Versioning.ENABLED);
  }

  private List<Change> changes(long after) {
    return ((ChangeFeed.Answer.Page) rig.store().changes().after("lake", after, 1000)).changes();
  }

  private long begin() {
    return rig.store().sequence();
  }

  private List<String> keysAsOf(long sequence) {
    return rig
        .store()
        .history("lake", sequence)
        .list(new Listing.Query("", "", "", 1000))
        .entries()
        .stream()
        .map(each -> each.key() + "=" + each.etag())
        .toList();
  }

  private void delete(String key) {
    rig.store().delete("lake", key, Condition.none());
  }

  @Test
  void everyChangeIsInTheFeedInOrderWithWhatItDid() throws IOException {
    long start = begin();
    ObjectVersion first = rig.put("a", StoreRig.bytes(10, 1));
    delete("a");
    versioned();
    ObjectVersion second = rig.put("a", StoreRig.bytes(20, 2));
    ObjectVersion third = rig.put("a", StoreRig.bytes(30, 3));
    delete("a");
    rig.store().deleteVersion("lake", "a", second.id());
    String marker = rig.store().find("lake", "a", Optional.empty()).orElseThrow().id();
    rig.store().deleteVersion("lake", "a", marker);
    rig.store().tag("lake", "a", Optional.empty(), Map.of("k", "v"));
    List<Change> changes = changes(start);
    assertThat(changes)
        .extracting(each -> each.kind().word())
        .containsExactly(
            "put",
            "delete",
            "put",
            "put",
            "delete-marker",
            "remove-version",
            "delete",
            "restore",
            "tags");
    assertThat(changes).isSortedAccordingTo((a, b) -> Long.compare(a.sequence(), b.sequence()));
    assertThat(changes.get(0).sequence()).isEqualTo(first.sequence());
    assertThat(changes.get(0).etag()).isEqualTo(first.etag());
    assertThat(changes.get(7).versionId()).isEqualTo(third.id());
    assertThat(changes.get(7).ordinal()).isEqualTo(1);
    assertThat(changes(changes.get(3).sequence())).isEqualTo(changes.subList(4, 9));
    rig.reopen();
    assertThat(changes(start)).isEqualTo(changes);
  }

  @Test
  void aPageEndsWithAWholeCommitAndSaysWhereToGoOn() throws IOException {
    long start = begin();
    for (int at = 0; at < 7; at++) {
      rig.put("key" + at, StoreRig.bytes(10, at));
    }
    List<String> keys = new ArrayList<>();
    long after = start;
    boolean more = true;
    while (more) {
      ChangeFeed.Answer.Page page =
          (ChangeFeed.Answer.Page) rig.store().changes().after("lake", after, 3);
      page.changes().forEach(each -> keys.add(each.key()));
      after = page.next();
      more = page.more();
    }
    assertThat(keys).containsExactly("key0", "key1", "key2", "key3", "key4", "key5", "key6");
    assertThat(rig.store().changes().after("lake", after + 1000, 3))
        .isInstanceOf(ChangeFeed.Answer.Ahead.class);
  }

  @Test
  void theFeedOfABucketMadeAnewIsCountedAnew() throws IOException {
    rig.reopen(Map.of("changes.kept", "5"));
    for (int at = 0; at < 8; at++) {
      rig.put("key" + at, StoreRig.bytes(10, at));
    }
    rig.store().upkeep.once("lake");
    for (int at = 0; at < 8; at++) {
      rig.store().delete("lake", "key" + at, Condition.none());
    }
    rig.store().deleteBucket("lake");
    rig.store().createBucket("lake", "");
    long start = rig.store().changes().begin("lake");
    for (int at = 0; at < 5; at++) {
      rig.put("new" + at, StoreRig.bytes(10, at));
    }
    rig.store().upkeep.once("lake");
    assertThat(changes(start))
        .extracting(Change::key)
        .containsExactly("new0", "new1", "new2", "new3", "new4");
    rig.put("more", StoreRig.bytes(10, 1));
    rig.store().upkeep.once("lake");
    assertThat(changes(rig.store().changes().begin("lake"))).hasSize(5);
  }

  @Test
  void whatIsTrimmedIsAGapAndNeverSkipped() throws IOException {
    rig.reopen(Map.of("changes.kept", "5"));
    long start = begin();
    for (int at = 0; at < 20; at++) {
      rig.put("key" + at, StoreRig.bytes(10, at));
    }
    rig.store().upkeep.once("lake");
    ChangeFeed.Answer answer = rig.store().changes().after("lake", start, 100);
    assertThat(answer).isInstanceOf(ChangeFeed.Answer.Gap.class);
    long floor = ((ChangeFeed.Answer.Gap) answer).floor();
    assertThat(changes(floor))
        .extracting(Change::key)
        .containsExactly("key15", "key16", "key17", "key18", "key19");
    rig.put("more", StoreRig.bytes(10, 1));
    rig.store().upkeep.once("lake");
    assertThat(changes(floor + 1)).hasSize(5);
    rig.now.set(rig.now.get().plus(Duration.ofDays(8)));
    rig.store().upkeep.once("lake");
    assertThat(rig.store().changes().after("lake", floor + 1, 100))
        .isInstanceOf(ChangeFeed.Answer.Gap.class);
    assertThat(changes(rig.store().sequence())).isEmpty();
  }

  @Test
  void aBucketMadeAnewHasNoHistoryOfTheOneBefore() throws IOException {
    long start = begin();
    rig.put("a", StoreRig.bytes(10, 1));
    delete("a");
    rig.store().deleteBucket("lake");
    rig.store().createBucket("lake", "");
    assertThat(rig.store().changes().after("lake", start, 10))
        .isInstanceOf(ChangeFeed.Answer.Gap.class);
    assertThatThrownBy(() -> keysAsOf(start)).hasMessageContaining("or later");
    assertThat(changes(rig.store().sequence())).isEmpty();
  }

  @Test
  void aBucketIsSeenAsItWasAfterEveryCommit() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    versioned();
    Map<Long, List<String>> seen = new HashMap<>();
    Map<String, String> model = new TreeMap<>();
    for (int step = 0; step < 300; step++) {
      String key = "k" + random.nextInt(12);
      if (random.nextInt(4) == 0) {
        delete(key);
        model.remove(key);
      } else {
        model.put(key, rig.put(key, StoreRig.bytes(random.nextInt(50), step)).etag());
      }
      seen.put(rig.store().sequence(), entries(model));
    }
    rig.reopen();
    seen.forEach((sequence, keys) -> assertThat(keysAsOf(sequence)).isEqualTo(keys));
  }

  private static List<String> entries(Map<String, String> model) {
    return model.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()).toList();
  }

  @Test
  void anAsOfListingRollsUpOnlyWhatWasThereAndPages() throws IOException {
    versioned();
    rig.put("a/1", StoreRig.bytes(1, 1));
    rig.put("b", StoreRig.bytes(1, 1));
    long then = rig.store().sequence();
    rig.put("c/1", StoreRig.bytes(1, 1));
    delete("a/1");
    rig.put("b", StoreRig.bytes(2, 2));
    History history = rig.store().history("lake", then);
    Listing.Page page = history.list(new Listing.Query("", "/", "", 10));
    assertThat(page.prefixes()).containsExactly("a/");
    assertThat(page.entries()).extracting(Listing.Entry::size).containsExactly(1L);
    Listing.Page first = history.list(new Listing.Query("", "", "", 1));
    assertThat(first.next()).contains("a/1");
    assertThat(history.list(new Listing.Query("", "", "a/1", 1)).entries())
        .extracting(Listing.Entry::key)
        .containsExactly("b");
    try (OpenObject object = history.open("b").orElseThrow()) {
      assertThat(object.version().size()).isEqualTo(1);
    }
    assertThat(history.find("c/1")).isEmpty();
  }

  @Test
  void theHorizonMovesOnlyAsFarAsWhatWasRemovedCouldBeSeen() throws IOException {
    versioned();
    ObjectVersion old = rig.put("a", StoreRig.bytes(1, 1));
    long whileOld = rig.store().sequence();
    ObjectVersion next = rig.put("a", StoreRig.bytes(2, 2));
    rig.put("a", StoreRig.bytes(3, 3));
    rig.store().deleteVersion("lake", "a", old.id());
    assertThatThrownBy(() -> keysAsOf(whileOld))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.BEYOND_HORIZON))
        .hasMessageContaining("sequence " + next.sequence() + " or later");
    assertThat(keysAsOf(next.sequence())).containsExactly("a=" + next.etag());
  }

  @Test
  void whereNothingIsVersionedAnOverwriteMovesTheHorizonAndANewKeyDoesNot() throws IOException {
    rig.put("a", StoreRig.bytes(1, 1));
    long then = rig.store().sequence();
    rig.put("b", StoreRig.bytes(1, 1));
    assertThat(keysAsOf(then)).hasSize(1);
    rig.put("a", StoreRig.bytes(2, 1));
    assertThatThrownBy(() -> keysAsOf(then)).hasMessageContaining("or later");
    assertThat(keysAsOf(rig.store().sequence())).hasSize(2);
    assertThatThrownBy(() -> keysAsOf(rig.store().sequence() + 1))
        .hasMessageContaining("There is no sequence");
  }
}
