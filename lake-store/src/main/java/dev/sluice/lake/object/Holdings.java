package dev.sluice.lake.object;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes that rows name: puts them on disk as durably as asked for, keeps what is being read,
 * and clears away what lost its owner. What goes is removed only when the rows that say so are on
 * disk, so that no row comes back after a power loss without its bytes.
 */
final class Holdings implements Commits.Settling, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Holdings.class);

  /** So many files wait for their sync at most; a writer beyond syncs its own. */
  private static final int MAX_UNSYNCED = 1024;

  /** So many bytes on their way into segments are held in memory at most. */
  private static final long MAX_GATHERED = 16L << 20;

  private static final Duration COMPACTION = Duration.ofSeconds(1);

  private final Rows rows;
  private final FileVault vault;
  private final Segments segments;
  private final Space space;
  private final Hashers hashers = new Hashers();
  private final Pins pins;
  private final Chore flusher;
  private final Sweep sweep;
  private final Chore compactor;
  private volatile Runnable compact = () -> {};
  private volatile List<Runnable> afterFailure = List.of();
  private final AtomicLong gathered = new AtomicLong();
  private List<String> unsynced = new ArrayList<>();
  private List<Extent> dismissed = new ArrayList<>();

  Holdings(ObjectSettings settings, Rows rows, Names names) throws IOException {
    this.rows = rows;
    this.vault = new FileVault(settings.directory());
    this.space = new Space(settings.directory(), settings.freeSpace().bytes());
    this.segments = new Segments(settings, rows, names);
    this.pins = new Pins(this::remove);
    this.sweep = new Sweep(vault, rows, names.next());
    this.flusher = new Chore("object-store-flusher", settings.batchInterval(), this::flush);
    this.compactor = new Chore("object-store-compaction", COMPACTION, this::compact);
  }

  /** How many files no row named; waits until all were looked at. */
  long swept() {
    return segments.swept() + sweep.swept();
  }

  private void compact() {
    try {
      compact.run();
    } catch (RuntimeException e) {
      LOG.warn("the space of deleted objects is not given back yet: {}", e.toString());
    }
  }

  private void remove(String container) {
    // Names are never used twice, so only one of the two has it.
    vault.remove(container);
    segments.remove(container);
  }

  Space space() {
    return space;
  }

  Hashers hashers() {
    return hashers;
  }

  Segments segments() {
    return segments;
  }

  /** Whether so many bytes more may be held in memory; to be given back. */
  boolean gather(long bytes) {
    if (gathered.addAndGet(bytes) <= MAX_GATHERED) {
      return true;
    }
    gathered.addAndGet(-bytes);
    return false;
  }

  void ungather(long bytes) {
    gathered.addAndGet(-bytes);
  }

  /** The bytes, if they are what was written. */
  Optional<byte[]> read(Extent extent) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) extent.length());
    try (FileChannel channel = FileChannel.open(path(extent), StandardOpenOption.READ)) {
      while (bytes.hasRemaining() && channel.read(bytes, extent.offset() + bytes.position()) >= 0) {
        // Until all is there or the file ends.
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    boolean sound = !bytes.hasRemaining() && BlockSums.of(bytes.flip()).equals(extent.sums());
    return sound ? Optional.of(bytes.array()) : Optional.empty();
  }

  /** The segment holds nothing any more, and that is on disk. */
  void dismissSegment(String name) {
    segments.forget(name);
    pins.dismiss(List.of(name));
  }

  FileVault vault() {
    return vault;
  }

  /** The file in which these bytes lie. */
  Path path(Extent extent) {
    return extent.inSegment() ? segments.path(extent.container()) : vault.path(extent.container());
  }

  Pins pins() {
    return pins;
  }

  /** Sees to it that a file just written gets on disk, at once or later. */
  void settle(String file, FileChannel channel, Durability level) throws IOException {
    if (level == Durability.SYNC || (level == Durability.BATCH && !later(file))) {
      vault.sync(file, channel);
    }
  }

  private synchronized boolean later(String file) {
    return unsynced.size() < MAX_UNSYNCED && unsynced.add(file);
  }

  @Override
  public void sync(List<Extent> named) {
    try {
      segments.sync(named);
    } catch (IOException e) {
      throw Space.failure(e);
    }
  }

  @Override
  public void account(RowBatch batch) {
    segments.account(batch);
  }

  @Override
  public void unsynced() {
    flusher.want();
  }

  @Override
  public void requireSpace() {
    if (!space.forRows()) {
      throw Space.full();
    }
  }

  @Override
  public void reopened() {
    synchronized (this) {
      // Rows that came back may name them again; the next start sweeps what no row names.
      dismissed = new ArrayList<>();
    }
    unwritten();
  }

  @Override
  public void unwritten() {
    segments.recount();
    afterFailure.forEach(Runnable::run);
  }

  /** Who else has to look at the rows again after a failure. */
  void afterFailure(List<Runnable> work) {
    afterFailure = List.copyOf(work);
  }

  @Override
  public void freed(Durability level, long life, List<Extent> extents) {
    if (extents.isEmpty()) {
      return;
    }
    if (extents.stream().anyMatch(Extent::inSegment)) {
      compactor.want();
    }
    if (level == Durability.SYNC) {
      dismiss(extents);
      return;
    }
    synchronized (this) {
      // In another life of the rows nobody knows whether that is still so.
      if (life == rows.life()) {
        dismissed.addAll(extents);
      }
    }
    flusher.want();
  }

  private void dismiss(Collection<Extent> extents) {
    try {
      pins.dismiss(
          extents.stream().filter(each -> !each.inSegment()).map(Extent::container).toList());
    } catch (UncheckedIOException e) {
      LOG.warn("a file that no object has any more stays until the next start: {}", e.toString());
    }
  }

  /** Brings everything to disk that was written without waiting for it. */
  void flush() {
    List<String> files;
    List<Extent> gone;
    long life;
    synchronized (this) {
      life = rows.life();
      files = unsynced;
      unsynced = new ArrayList<>();
      gone = dismissed;
      dismissed = new ArrayList<>();
    }
    try {
      try {
        vault.sync(files);
      } finally {
        try {
          segments.syncAll();
        } finally {
          rows.sync();
        }
      }
    } catch (IOException | RuntimeException e) {
      // Not tried again, for a sync after a failed one succeeds and means nothing. What these bytes
      // were to replace stays, until the next start sweeps what no row names.
      LOG.warn("what was written lately is not on disk yet: {}", e.toString());
      throw new IllegalStateException(e);
    }
    // Opened anew meanwhile, the rows were synced as they came back.
    if (life == rows.life()) {
      dismiss(gone);
    }
  }

  /** Who gives back the space of segments. */
  void compactBy(Runnable work) {
    compact = work;
    compactor.want();
  }

  @Override
  public void close() {
    sweep.close();
    hashers.close();
    compactor.close();
    flusher.close();
    flush();
    segments.close();
  }
}
