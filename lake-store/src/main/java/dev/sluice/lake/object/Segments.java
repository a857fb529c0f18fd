package dev.sluice.lake.object;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The segments: files in which the bytes of medium objects lie one after the other, so that many
 * writers share one sync. How much of each is still named by rows is counted, in rows that change
 * with those; after a crash both agree. A segment is written in one run of the store only, and cut
 * to its named bytes by the next.
 */
final class Segments {
  /** So many segments may be small before they are put together. */
  private static final int MANY_SMALL = 8;

  private final Path directory;
  private final Rows rows;
  private final Names names;
  private final long size;
  private final Map<String, Segment> all = new HashMap<>();
  private Optional<Segment> active = Optional.empty();
  private long swept;

  Segments(ObjectSettings settings, Rows rows, Names names) throws IOException {
    this.directory = settings.directory().resolve("segments");
    this.rows = rows;
    this.names = names;
    this.size = settings.segmentSize().bytes();
    Files.createDirectories(directory);
    Folders.sync(settings.directory());
    find();
  }

  /** Takes up what an earlier run left, and clears away what no row names. */
  private void find() throws IOException {
    for (Map.Entry<String, byte[]> each : counted().entrySet()) {
      String name = each.getKey();
      Path path = directory.resolve(name);
      long length = Files.exists(path) ? Files.size(path) : 0;
      Segment segment = Segment.found(name, path, length, each.getValue());
      all.put(name, segment);
      if (length > segment.end()) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
          channel.truncate(segment.end());
        }
        all.put(name, Segment.found(name, path, segment.end(), each.getValue()));
      }
    }
    swept = FileVault.sweep(directory, all::containsKey);
  }

  private Map<String, byte[]> counted() {
    Map<String, byte[]> found = new HashMap<>();
    try (Rows.Cursor cursor = rows.cursor(RowKey.kind(RowKey.SEGMENT))) {
      for (; cursor.valid(); cursor.next()) {
        found.put(RowKey.segmentName(cursor.key()), cursor.value());
      }
    }
    return found;
  }

  /** Takes the counts from the rows again, after rows were not, or perhaps not, written. */
  void recount() {
    Map<String, byte[]> now = counted();
    synchronized (this) {
      for (Segment each : all.values()) {
        byte[] row = now.getOrDefault(each.name(), Segment.fresh(each.name(), each.path()).row());
        each.recount(Segment.found(each.name(), each.path(), 0, row));
      }
    }
  }

  /** How many files no row named. */
  long swept() {
    return swept;
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  /**
   * Adds bytes, not synced yet. The segment stays at least until {@link #release} of what is
   * returned.
   */
  Extent append(ByteBuffer bytes, BlockSums sums) throws IOException {
    int length = bytes.remaining();
    Segment target;
    long offset;
    synchronized (this) {
      target = withRoom(length);
      offset = target.take(length);
    }
    try {
      target.write(bytes, offset);
    } catch (IOException e) {
      synchronized (this) {
        target.release();
      }
      throw e;
    }
    return Extent.segment(target.name(), offset, length, sums);
  }

  private Segment withRoom(int length) throws IOException {
    if (active.isPresent() && active.get().length() + length > size) {
      active.get().seal();
      active = Optional.empty();
    }
    if (active.isEmpty()) {
      String name = names.next();
      Segment fresh = Segment.fresh(name, path(name));
      Files.createFile(fresh.path());
      Folders.sync(directory);
      all.put(name, fresh);
      active = Optional.of(fresh);
    }
    return active.get();
  }

  synchronized void release(Extent extent) {
    Segment segment = all.get(extent.container());
    if (segment != null) {
      segment.release();
    }
  }

  /** Returns when these bytes are on disk. */
  void sync(List<Extent> extents) throws IOException {
    Set<Segment> touched = new HashSet<>();
    synchronized (this) {
      for (Extent each : extents) {
        if (each.inSegment()) {
          touched.add(all.get(each.container()));
        }
      }
    }
    force(touched);
  }

  /** Returns when everything added so far is on disk. */
  void syncAll() throws IOException {
    List<Segment> dirty;
    synchronized (this) {
      dirty = all.values().stream().filter(Segment::dirty).toList();
    }
    force(dirty);
  }

  /** Forces all of them, whichever fails. */
  private void force(Iterable<Segment> segments) throws IOException {
    IOException first = null;
    for (Segment each : segments) {
      try {
        each.force();
      } catch (IOException e) {
        // What a failed sync left on disk nobody knows: nothing more goes into this file.
        synchronized (this) {
          each.seal();
          each.stick();
          active = active.filter(now -> now != each);
        }
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** Counts what the batch names and leaves, and adds the counts to it. */
  synchronized void account(RowBatch batch) {
    Set<Segment> touched = new HashSet<>();
    for (Extent each : batch.owned()) {
      if (each.inSegment()) {
        Segment segment = all.get(each.container());
        segment.named(each);
        touched.add(segment);
      }
    }
    for (Extent each : batch.disowned()) {
      Segment segment = each.inSegment() ? all.get(each.container()) : null;
      if (segment != null) {
        segment.unnamed(each);
        touched.add(segment);
      }
    }
    touched.forEach(each -> batch.put(RowKey.segment(each.name()), each.row()));
  }

  /** Which segments hold nothing any more. */
  synchronized List<String> dead() {
    return all.values().stream()
        .filter(each -> each.settled() && each.live() == 0)
        .map(Segment::name)
        .toList();
  }

  /** Stops adding to a segment that lost most of what it got, so that it can be rewritten. */
  synchronized void retire() {
    if (active.isPresent()
        && active.get().length() >= size / 4
        && active.get().live() * 2 < active.get().length()) {
      active.get().seal();
      active = Optional.empty();
    }
  }

  /** Which segments are worth being rewritten: those mostly dead, and many small ones together. */
  synchronized List<String> sparse() {
    List<Segment> movable =
        all.values().stream().filter(each -> each.movable() && each.live() > 0).toList();
    List<Segment> small = movable.stream().filter(each -> each.live() < size / 4).toList();
    List<Segment> sparse = new ArrayList<>();
    for (Segment each : movable) {
      boolean mostlyDead = each.live() * 2 < each.length();
      if (mostlyDead || (small.size() >= MANY_SMALL && small.contains(each))) {
        sparse.add(each);
      }
    }
    return sparse.stream().map(Segment::name).toList();
  }

  synchronized void stick(String name) {
    all.get(name).stick();
  }

  /** The segment is not used any more; its file is removed by {@link #remove}. */
  synchronized void forget(String name) {
    Segment gone = all.remove(name);
    if (gone != null) {
      gone.close();
    }
  }

  synchronized void close() {
    all.values().forEach(Segment::close);
  }

  void remove(String name) {
    try {
      Files.deleteIfExists(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
