package dev.sluice.lake.object;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes many objects with one commit. Several versions of one key go one after the other, for
 * what becomes of a key depends on what it was; those before the last are then synced by the last.
 */
final class BatchDelete {
  private final Buckets buckets;
  private final Objects objects;
  private final VersionEdits edits;
  private final Commits commits;
  private final Locks locks;

  BatchDelete(Buckets buckets, Objects objects, VersionEdits edits, Commits commits, Locks locks) {
    this.buckets = buckets;
    this.objects = objects;
    this.edits = edits;
    this.commits = commits;
    this.locks = locks;
  }

  /** One of the doomed: decided, and then told. */
  private static final class Case {
    private final ObjectStore.Doomed doomed;
    private Optional<Edit<Deletion>> edit = Optional.empty();
    private Optional<StoreException> failure = Optional.empty();

    Case(ObjectStore.Doomed doomed) {
      this.doomed = doomed;
    }

    ObjectStore.Outcome outcome() {
      return new ObjectStore.Outcome(
          doomed, edit.filter(each -> failure.isEmpty()).map(Edit::answer), failure);
    }
  }

  List<ObjectStore.Outcome> run(String bucket, List<ObjectStore.Doomed> doomed) {
    buckets.require(bucket);
    List<Case> cases = doomed.stream().map(Case::new).toList();
    List<String> keys = doomed.stream().map(ObjectStore.Doomed::key).toList();
    return locks.onKeys(
        bucket,
        keys,
        () -> {
          delete(buckets.require(bucket), cases);
          return cases.stream().map(Case::outcome).toList();
        });
  }

  private void delete(Bucket home, List<Case> cases) {
    Deque<Case> left = new ArrayDeque<>(cases);
    boolean unsynced = false;
    while (!left.isEmpty()) {
      List<Commits.Change> changes = decide(home, left);
      boolean more = !left.isEmpty() || unsynced;
      Durability level =
          more && home.durability() == Durability.SYNC ? Durability.NONE : home.durability();
      if (!changes.isEmpty()) {
        commits.commitAll(level, changes);
        unsynced |= level != home.durability();
      }
    }
    if (unsynced && home.durability() == Durability.SYNC) {
      commits.sync();
    }
  }

  /** Decides as many as have keys of their own, and takes them out of what is left. */
  private List<Commits.Change> decide(Bucket home, Deque<Case> left) {
    List<Commits.Change> changes = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    Deque<Case> later = new ArrayDeque<>();
    for (Case each = left.poll(); each != null; each = left.poll()) {
      if (!keys.add(each.doomed.key())) {
        later.add(each);
        continue;
      }
      try {
        Edit<Deletion> edit = decide(home, each.doomed);
        each.edit = Optional.of(edit);
        edit.change().ifPresent(changes::add);
      } catch (StoreException e) {
        each.failure = Optional.of(e);
      }
    }
    left.addAll(later);
    return changes;
  }

  private Edit<Deletion> decide(Bucket home, ObjectStore.Doomed doomed) {
    String key = doomed.key();
    Objects.checkKey(key);
    return edits.delete(home, doomed, objects.head(home.name(), key));
  }
}
