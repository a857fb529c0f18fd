package dev.sluice.lake.power;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lake.object.Change;
import dev.sluice.lake.object.ChangeFeed;
import dev.sluice.lake.object.ObjectStore;
import dev.sluice.lake.object.ObjectVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares a bucket's change feed with the bucket, which must be what the feed makes of nothing,
 * and with what was acknowledged: each change is told once, in order, those of a commit together.
 */
final class FeedInspection {
  private static final String NULL = "null";

  private final ObjectStore store;
  private final Ledger ledger;
  private final List<Deed> underway;

  FeedInspection(ObjectStore store, Ledger ledger, List<Deed> underway) {
    this.store = store;
    this.ledger = ledger;
    this.underway = underway;
  }

  void check(String bucket, Set<String> keys, Map<String, List<ObjectVersion>> found) {
    List<Change> feed = read(bucket);
    Map<String, List<Change>> told = new HashMap<>();
    Map<Long, Set<String>> commits = new HashMap<>();
    for (Change each : feed) {
      told.computeIfAbsent(each.key(), key -> new ArrayList<>()).add(each);
      commits.computeIfAbsent(each.sequence(), number -> new HashSet<>()).add(each.key());
    }
    assertThat(keys).as("the keys of " + bucket).containsAll(told.keySet());
    for (String key : keys) {
      List<Change> changes = told.getOrDefault(key, List.of());
      List<String> made = replay(changes);
      List<String> there =
          found.getOrDefault(key, List.of()).stream()
              .map(each -> version(each.sequence(), each.id(), each.etag(), each.deleteMarker()))
              .toList();
      assertThat(made).as("what the feed tells of " + bucket + " " + key).isEqualTo(there);
      if (!ledger.hasty(bucket)) {
        checkTold(bucket, key, changes);
      }
    }
    if (!ledger.hasty(bucket)) {
      ledger.published().stream()
          .filter(each -> each.bucket().equals(bucket))
          .forEach(
              each ->
                  assertThat(commits.getOrDefault(each.sequence(), Set.of()))
                      .as("the feed tells of " + each)
                      .isEqualTo(each.keys()));
    }
  }

  /** All of the feed, page by page: in order, without a repetition, no commit on two pages. */
  private List<Change> read(String bucket) {
    List<Change> feed = new ArrayList<>();
    long after = store.changes().begin(bucket);
    boolean more = true;
    for (int max = 3; more; max *= 4) {
      ChangeFeed.Answer answer = store.changes().after(bucket, after, max);
      assertThat(answer).as("a page of the feed").isInstanceOf(ChangeFeed.Answer.Page.class);
      ChangeFeed.Answer.Page page = (ChangeFeed.Answer.Page) answer;
      long last = after;
      int ordinal = 0;
      for (Change each : page.changes()) {
        ordinal = each.sequence() == last ? ordinal + 1 : 0;
        boolean follows = each.sequence() > last || (each.sequence() == last && ordinal > 0);
        assertThat(follows && each.ordinal() == ordinal)
            .as(each + " follows " + last + "; ordinal " + ordinal)
            .isTrue();
        last = each.sequence();
      }
      assertThat(page.next()).isEqualTo(last);
      feed.addAll(page.changes());
      after = last;
      more = page.more();
    }
    return feed;
  }

  /** The versions that the changes of one key make, the newest first. */
  private static List<String> replay(List<Change> changes) {
    List<Change> versions = new ArrayList<>();
    for (Change each : changes) {
      boolean newest = !versions.isEmpty() && versions.get(0).versionId().equals(each.versionId());
      switch (each.kind()) {
        case PUT, DELETE_MARKER -> {
          if (each.versionId().equals(NULL)) {
            versions.removeIf(version -> version.versionId().equals(NULL));
          }
          versions.add(0, each);
        }
        case DELETE, REMOVE_VERSION -> {
          assertThat(newest).as(each.toString()).isEqualTo(each.kind() == Change.Kind.DELETE);
          assertThat(versions.removeIf(version -> version.versionId().equals(each.versionId())))
              .as("there was what went: " + each)
              .isTrue();
        }
        case RESTORE -> assertThat(newest).as(each.toString()).isTrue();
        case TAGS -> {}
      }
    }
    return versions.stream()
        .map(
            each ->
                version(
                    each.sequence(),
                    each.versionId(),
                    each.etag(),
                    each.kind() == Change.Kind.DELETE_MARKER))
        .toList();
  }

  private static String version(long sequence, String id, String etag, boolean marker) {
    return sequence + " " + id + " " + etag + (marker ? " marker" : "");
  }

  private void checkTold(String bucket, String key, List<Change> changes) {
    List<Ledger.Told> certain = ledger.told(bucket, key);
    if (agree(changes, certain)) {
      return;
    }
    for (Deed deed : underway) {
      if (deed.bucket().equals(bucket)
          && deed.keys().contains(key)
          && ledger.buckets().containsKey(bucket)) {
        List<Ledger.Told> also = new ArrayList<>(certain);
        also.addAll(ledger.tells(deed, key, Ledger.UNKNOWN));
        if (agree(changes, also)) {
          return;
        }
      }
    }
    throw new AssertionError(
        "the feed tells of " + bucket + " " + key + " " + changes + ", not " + certain);
  }

  private static boolean agree(List<Change> changes, List<Ledger.Told> told) {
    if (changes.size() != told.size()) {
      return false;
    }
    for (int at = 0; at < told.size(); at++) {
      if (!told.get(at).by(changes.get(at))) {
        return false;
      }
    }
    return true;
  }
}
