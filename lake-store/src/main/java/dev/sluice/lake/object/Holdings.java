package dev.sluice.lake.object;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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

  private final Rows rows;
  private final FileVault vault;
  private final Pins pins;
  private final Flusher flusher;
  private List<String> unsynced = new ArrayList<>();
  private List<Extent> dismissed = new ArrayList<>();

  Holdings(ObjectSettings settings, Rows rows) throws IOException {
    this.rows = rows;
    this.vault = new FileVault(settings.directory());
    this.pins = new Pins(vault::remove);
    this.flusher = new Flusher(settings.batchInterval(), this::flush);
  }

  FileVault vault() {
    return vault;
  }

  /** The file in which these bytes lie. */
  Path path(Extent extent) {
    return vault.path(extent.container());
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
  public void sync(List<Extent> named) {}

  @Override
  public void account(RowBatch batch) {}

  @Override
  public void unsynced() {
    flusher.want();
  }

  @Override
  public void failed() {}

  @Override
  public void freed(Durability level, List<Extent> extents) {
    if (extents.isEmpty()) {
      return;
    }
    if (level == Durability.SYNC) {
      dismiss(extents);
      return;
    }
    synchronized (this) {
      dismissed.addAll(extents);
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
    synchronized (this) {
      files = unsynced;
      unsynced = new ArrayList<>();
      gone = dismissed;
      dismissed = new ArrayList<>();
    }
    try {
      vault.sync(files);
      rows.sync();
    } catch (IOException | RuntimeException e) {
      synchronized (this) {
        unsynced.addAll(files);
        dismissed.addAll(gone);
      }
      LOG.warn("what was written lately is not on disk yet: {}", e.toString());
      throw new IllegalStateException(e);
    }
    dismiss(gone);
  }

  @Override
  public void close() {
    flusher.close();
  }
}
