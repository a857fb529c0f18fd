package dev.sluice.lake.object;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Changes of one key, each decided under its lock, which is held until the change is made. */
final class KeyChanges {
  private final Locks locks;
  private final Buckets buckets;
  private final Objects objects;
  private final Commits commits;

  KeyChanges(Locks locks, Buckets buckets, Objects objects, Commits commits) {
    this.locks = locks;
    this.buckets = buckets;
    this.objects = objects;
    this.commits = commits;
  }

  /** Decides what becomes of a key, from what it is. */
  @FunctionalInterface
  interface Decision<T> {
    Edit<T> on(Bucket bucket, Optional<Head> before);
  }

  /** Returns when it is made. */
  <T> T make(String bucket, String key, Decision<T> decision) {
    Objects.checkKey(key);
    return locks.onKey(
        bucket,
        key,
        () -> {
          Bucket home = buckets.require(bucket);
          return decision.on(home, objects.head(bucket, key)).commit(commits, home.durability());
        });
  }

  /**
   * Returns when it is decided; refusals are thrown. No thread waits for the disk then: the one
   * that has written the change tells.
   *
   * @param failing hears of a failure before the lock is let go of
   */
  <T> CompletableFuture<T> begin(
      String bucket, String key, Decision<T> decision, Consumer<RuntimeException> failing) {
    Objects.checkKey(key);
    Locks.Held held = locks.hold(bucket, key);
    Edit<T> edit;
    Bucket home;
    try {
      home = buckets.require(bucket);
      edit = decision.on(home, objects.head(bucket, key));
    } catch (RuntimeException | Error e) {
      held.release();
      throw e;
    }
    CompletableFuture<T> made = new CompletableFuture<>();
    edit.begin(
        commits,
        home.durability(),
        new Edit.Asker<T>() {
          @Override
          public void made(T answer) {
            held.release();
            made.complete(answer);
          }

          @Override
          public void failed(RuntimeException why) {
            failing.accept(why);
            held.release();
            made.completeExceptionally(why);
          }
        });
    return made;
  }
}
