package dev.sluice.ingest.recent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The recent ids of one worker's shards, those it had once included, within one budget of bytes:
 * when it is spent, the ids that were received first are forgotten first. Only one thread uses it.
 */
public final class RecentIds implements AutoCloseable {

  /** What is told of what happens here. */
  public interface Watcher {

    /** So many ids were forgotten before their time, for the budget was spent. */
    void forgotten(long ids);

    /** So many ids were gathered again from the table. */
    void gathered(long ids);

    /** They could not be: duplicates of rows the table has already become rows. */
    void notGathered(String shard, RuntimeException why);
  }

  /** What an id takes on disk, about: key, value and what RocksDB needs to find it. */
  static final int BYTES_PER_ID = 40;

  /** A budget is dropped in so many parts, a window passes in as many. */
  static final int PARTS = 8;

  private final Path directory;
  private final long mostIds;
  private final Watcher watcher;
  private final Map<String, ShardIds> shards = new HashMap<>();
  private Optional<IdStore> store = Optional.empty();
  private long nextSpan;

  /** Nothing is opened until the first shard is asked for. */
  public RecentIds(Path directory, long budgetBytes, Watcher watcher) {
    this.directory = directory;
    this.mostIds = Math.max(PARTS, budgetBytes / BYTES_PER_ID);
    this.watcher = watcher;
  }

  /**
   * A shard's ids.
   *
   * @param name no other shard's, of any table
   */
  public ShardIds shard(String name, Duration window) {
    open();
    ShardIds ids = shards.computeIfAbsent(name, fresh -> new ShardIds(fresh, this));
    ids.keep(window);
    return ids;
  }

  private void open() {
    if (store.isPresent()) {
      return;
    }
    IdStore opened = IdStore.open(directory);
    try {
      load(opened);
    } catch (IdsLostException e) {
      shards.clear();
      nextSpan = 0;
      opened.close();
      try {
        opened = IdStore.fresh(directory);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    store = Optional.of(opened);
  }

  private void load(IdStore from) {
    Map<Long, Span> spans = new HashMap<>();
    from.notes()
        .forEach(
            (name, note) -> {
              ShardIds ids = new ShardIds(name, this);
              ids.load(note, spans);
              shards.put(name, ids);
            });
    Set<Long> strays = new HashSet<>();
    from.each(
        (span, high, low, receivedMillis) -> {
          Span known = spans.get(span);
          nextSpan = Math.max(nextSpan, span + 1);
          if (known == null) {
            strays.add(span);
          } else {
            known.add(high, low, receivedMillis);
          }
        });
    spans.keySet().forEach(number -> nextSpan = Math.max(nextSpan, number + 1));
    shards.values().forEach(ShardIds::loaded);
    strays.forEach(from::remove);
    from.write();
  }

  IdStore store() {
    return store.orElseThrow();
  }

  Watcher watcher() {
    return watcher;
  }

  Span begin(long expected) {
    return new Span(nextSpan++, Math.min(expected, spanIds()));
  }

  /** A span takes so many ids at most. */
  long spanIds() {
    return mostIds / PARTS;
  }

  /** Forgets the oldest until the rest is within the budget. */
  void economize() {
    long ids = 0;
    for (ShardIds shard : shards.values()) {
      ids += shard.ids();
    }
    while (ids > mostIds) {
      ids -=
          shards.values().stream()
              .filter(shard -> shard.ids() > 0)
              .min(Comparator.comparingLong(ShardIds::oldestMillis))
              .orElseThrow()
              .forgetOldest();
    }
  }

  @Override
  public void close() {
    store.ifPresent(IdStore::close);
    store = Optional.empty();
  }
}
