package dev.sluice.lake.object;

import static dev.sluice.lake.object.StoreException.Reason.INVALID_ARGUMENT;
import static dev.sluice.lake.object.StoreException.Reason.PRECONDITION_FAILED;
import static dev.sluice.lake.object.StoreException.Reason.TOO_MANY_STAGED;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Changes kept aside under a name, on disk but seen by nobody, until all of a stage become true in
 * one commit, or none. A stage begins with its first change. Its lock is taken before those of the
 * bucket and the keys: shared by whoever adds to it, alone by whoever ends it.
 */
public final class Stages {
  private static final Duration MEMORY = Duration.ofDays(1);

  private final Rows rows;
  private final Commits commits;
  private final Locks locks;
  private final Buckets buckets;
  private final Objects objects;
  private final VersionEdits edits;
  private final Uploads uploads;
  private final StageSettings settings;
  private final InstantSource clock;
  private final StagedRows staged;
  private final Map<String, Stage> stages = new ConcurrentHashMap<>();

  Stages(
      Rows rows,
      Commits commits,
      Locks locks,
      Buckets buckets,
      Objects objects,
      VersionEdits edits,
      Uploads uploads,
      StageSettings settings,
      InstantSource clock) {
    this.rows = rows;
    this.staged = new StagedRows(rows);
    this.commits = commits;
    this.locks = locks;
    this.buckets = buckets;
    this.objects = objects;
    this.edits = edits;
    this.uploads = uploads;
    this.settings = settings;
    this.clock = clock;
  }

  /** A stage in use: how many keys are in it, and whether it has ended. */
  private static final class Stage {
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final AtomicInteger keys;
    private boolean ended;

    Stage(int keys) {
      this.keys = new AtomicInteger(keys);
    }
  }

  /** A stage that became true: by which commit, with how many keys, when. */
  public record Published(long sequence, int keys, Instant when) {}

  private static void check(String stage) {
    if (!stage.matches("[A-Za-z0-9._-]{1,128}")) {
      throw new StoreException(
          INVALID_ARGUMENT,
          "A stage is named by at most 128 letters, digits, dots, dashes and underscores");
    }
  }

  /** Keeps aside that the finished body becomes the key's current version. */
  public Staged put(
      String bucket,
      String stage,
      String key,
      IncomingBody body,
      Attributes attributes,
      Condition condition) {
    Bucket home = buckets.require(bucket);
    Objects.checkKey(key);
    VersionEdits.Draft draft = VersionEdits.Draft.of(body, attributes, body.settleApart(home));
    return body.handedOver(
        () -> add(bucket, stage, staged(key, Optional.of(draft), condition, Optional.empty())));
  }

  /** Keeps aside that the key is deleted. */
  public Staged delete(String bucket, String stage, String key, Condition condition) {
    Objects.checkKey(key);
    return add(bucket, stage, staged(key, Optional.empty(), condition, Optional.empty()));
  }

  private Staged staged(
      String key,
      Optional<VersionEdits.Draft> draft,
      Condition condition,
      Optional<String> upload) {
    Instant now = clock.instant();
    return new Staged(key, draft.map(each -> each.aside(key, now)), condition, now, upload);
  }

  private Staged add(String bucket, String stage, Staged staged) {
    return adding(
        bucket,
        stage,
        staged.key(),
        before -> {
          byte[] row = RowKey.staged(bucket, stage, staged.key());
          return Edit.of((number, batch) -> replace(batch, row, before, staged), () -> staged);
        });
  }

  private static void replace(RowBatch batch, byte[] row, Optional<Staged> before, Staged staged) {
    before.ifPresent(old -> old.extents().forEach(batch::disown));
    staged.extents().forEach(extent -> batch.own(extent, row));
    batch.put(row, StageCodec.write(staged));
  }

  /** Keeps aside that the parts of an upload become the key's current version; the upload ends. */
  public Staged complete(
      String bucket,
      String stage,
      String key,
      String id,
      Completion completion,
      Condition condition) {
    Objects.checkKey(key);
    return adding(
        bucket,
        stage,
        key,
        before -> {
          boolean known = before.flatMap(Staged::upload).filter(id::equals).isPresent();
          if (known && uploads.find(bucket, key, id).isEmpty()) {
            return Edit.none(before.orElseThrow());
          }
          Uploads.Assembled parts = uploads.assemble(uploads.require(bucket, key, id), completion);
          Staged staged = staged(key, Optional.of(parts.draft()), condition, Optional.of(id));
          byte[] row = RowKey.staged(bucket, stage, key);
          return Edit.of(
              (number, batch) -> {
                parts.end(bucket, batch);
                replace(batch, row, before, staged);
              },
              () -> staged);
        });
  }

  private Staged adding(
      String bucket, String name, String key, Function<Optional<Staged>, Edit<Staged>> edit) {
    check(name);
    return inStage(
        bucket,
        name,
        ReadWriteLock::readLock,
        stage ->
            locks.onKey(
                bucket,
                key,
                () -> {
                  Bucket home = buckets.require(bucket);
                  Optional<Staged> before = staged.find(bucket, name, key);
                  if (before.isEmpty()) {
                    take(stage, bucket);
                  }
                  try {
                    return edit.apply(before).commit(commits, home.durability());
                  } catch (RuntimeException e) {
                    if (before.isEmpty()) {
                      stage.keys.decrementAndGet();
                    }
                    throw e;
                  }
                }));
  }

  private void take(Stage stage, String bucket) {
    int before = stage.keys.getAndIncrement();
    boolean full = before >= settings.keys();
    if (full || (before == 0 && staged.names(bucket).size() >= settings.stages())) {
      stage.keys.decrementAndGet();
      throw new StoreException(
          TOO_MANY_STAGED,
          full
              ? "A stage holds at most " + settings.keys() + " keys"
              : "A bucket has at most " + settings.stages() + " stages");
    }
  }

  private <T> T inStage(
      String bucket, String name, Function<ReadWriteLock, Lock> how, Function<Stage, T> work) {
    while (true) {
      Stage stage =
          stages.computeIfAbsent(
              bucket + "/" + name, each -> new Stage(staged.all(bucket, name).size()));
      Lock lock = how.apply(stage.lock);
      lock.lock();
      try {
        // Who waited for a stage that has ended meanwhile finds another of the name.
        if (!stage.ended) {
          return work.apply(stage);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** What is in a stage after a key, in the order of keys, at most so many. */
  public List<Staged> list(String bucket, String stage, String after, int max) {
    buckets.require(bucket);
    check(stage);
    return staged.page(bucket, stage, after, max);
  }

  /** The stages of a bucket. */
  public List<String> names(String bucket) {
    return staged.names(bucket);
  }

  /**
   * Makes all of a stage true in one commit, if every condition holds; else nothing. The permit is
   * asked for each key. Asking again for a stage just published gives the same answer.
   */
  public Published publish(String bucket, String name, Consumer<String> permit) {
    check(name);
    buckets.require(bucket);
    return inStage(
        bucket,
        name,
        ReadWriteLock::writeLock,
        stage -> {
          List<Staged> all = staged.all(bucket, name);
          if (all.isEmpty()) {
            end(bucket, name, stage);
            return rows.get(RowKey.published(bucket, name))
                .map(StageCodec::published)
                .orElseThrow(() -> StagedRows.unknown(name));
          }
          all.forEach(each -> permit.accept(each.key()));
          List<String> keys = all.stream().map(Staged::key).toList();
          Published published =
              locks.onKeys(bucket, keys, () -> publish(buckets.require(bucket), name, all));
          end(bucket, name, stage);
          return published;
        });
  }

  private void end(String bucket, String name, Stage stage) {
    stage.ended = true;
    stages.remove(bucket + "/" + name, stage);
  }

  private Published publish(Bucket home, String name, List<Staged> all) {
    staged.requireAll(home.name(), name, all);
    List<Commits.Change> changes = new ArrayList<>();
    for (Staged each : all) {
      Optional<Head> before = objects.head(home.name(), each.key());
      try {
        each.condition().require(before);
      } catch (StoreException e) {
        throw new StoreException(
            PRECONDITION_FAILED,
            "What was asked of '" + each.key() + "' does not hold; nothing was published");
      }
      if (each.version().isPresent()) {
        VersionEdits.Draft draft = VersionEdits.Draft.of(each.version().get());
        changes.add(edits.write(home, each.key(), before, draft));
      } else {
        edits.delete(home, each.key(), before).change().ifPresent(changes::add);
      }
    }
    Instant now = clock.instant();
    long sequence =
        commits.commit(
            home.durability(),
            (number, batch) -> {
              changes.forEach(each -> each.write(number, batch));
              all.forEach(each -> batch.remove(RowKey.staged(home.name(), name, each.key())));
              batch.put(
                  RowKey.published(home.name(), name),
                  StageCodec.write(new Published(number, all.size(), now)));
            });
    return new Published(sequence, all.size(), now);
  }

  /** Drops a stage; the permit is asked for each key. How many changes went. */
  public int drop(String bucket, String name, Consumer<String> permit) {
    return dropIf(
        bucket,
        name,
        all -> {
          all.forEach(each -> permit.accept(each.key()));
          return true;
        });
  }

  private int dropIf(String bucket, String name, Predicate<List<Staged>> may) {
    check(name);
    buckets.require(bucket);
    return inStage(
        bucket,
        name,
        ReadWriteLock::writeLock,
        stage -> {
          List<Staged> all = staged.all(bucket, name);
          if (all.isEmpty()) {
            end(bucket, name, stage);
            throw StagedRows.unknown(name);
          }
          if (!may.test(all)) {
            return 0;
          }
          List<String> keys = all.stream().map(Staged::key).toList();
          locks.onKeys(bucket, keys, () -> drop(buckets.require(bucket), name, all));
          end(bucket, name, stage);
          return all.size();
        });
  }

  private long drop(Bucket home, String name, List<Staged> all) {
    staged.requireAll(home.name(), name, all);
    return commits.commit(
        home.durability(),
        (number, batch) -> all.forEach(each -> StagedRows.remove(batch, home.name(), name, each)));
  }

  /** A bucket is gone, and its stages with it: what is said of one of the name begins anew. */
  void forget(String bucket) {
    for (String each : stages.keySet()) {
      if (each.startsWith(bucket + "/")) {
        String name = each.substring(bucket.length() + 1);
        inStage(
            bucket,
            name,
            ReadWriteLock::writeLock,
            stage -> {
              end(bucket, name, stage);
              return name;
            });
      }
    }
  }

  /** Drops stages nobody added to for long, and forgets those published long ago. */
  void expire(String bucket) {
    Instant now = clock.instant();
    for (String name : staged.names(bucket)) {
      Instant old = now.minus(settings.age());
      try {
        dropIf(bucket, name, all -> all.stream().allMatch(each -> each.since().isBefore(old)));
      } catch (StoreException published) {
        // It was published or dropped meanwhile.
      }
    }
    List<byte[]> forgotten = staged.publishedBefore(bucket, now.minus(MEMORY));
    if (!forgotten.isEmpty()) {
      commits.commit(Durability.NONE, (number, batch) -> forgotten.forEach(batch::remove));
    }
  }
}
