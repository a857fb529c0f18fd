package dev.sluice.lake.object;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * One file that holds the bytes of many objects, one after the other. Bytes are added at its end
 * and never changed. Its counts are guarded by {@link Segments}.
 */
final class Segment {
  private final String name;
  private final Path path;
  private final Object forcing = new Object();
  private volatile boolean dirty;

  /** Where the next bytes go. */
  private long length;

  /** How many of its bytes rows name. */
  private long live;

  private boolean failed;

  /** Where the last bytes end that a row ever named. */
  private long end;

  /** How many appends no row has come to name yet. */
  private int pending;

  private Optional<FileChannel> channel = Optional.empty();
  private boolean sealed;
  private boolean stuck;

  private Segment(String name, Path path, long live, long end) {
    this.name = name;
    this.path = path;
    this.live = live;
    this.end = end;
  }

  static Segment fresh(String name, Path path) {
    return new Segment(name, path, 0, 0);
  }

  /** One of an earlier run: nothing is added to it any more. */
  static Segment found(String name, Path path, long length, byte[] row) {
    RowReader in = new RowReader(row);
    Segment segment = new Segment(name, path, in.number(), in.number());
    segment.length = length;
    segment.sealed = true;
    return segment;
  }

  byte[] row() {
    return new RowWriter(RowCodec.FORM, 16).number(live).number(end).row();
  }

  String name() {
    return name;
  }

  Path path() {
    return path;
  }

  long length() {
    return length;
  }

  long live() {
    return live;
  }

  long end() {
    return end;
  }

  /** Takes room for bytes at the end; where. */
  long take(long count) {
    long at = length;
    length += count;
    pending++;
    return at;
  }

  void release() {
    pending--;
    if (settled() && !dirty) {
      close();
    }
  }

  void seal() {
    sealed = true;
  }

  /** Some of its bytes cannot be moved: it stays as it is. */
  void stick() {
    stuck = true;
  }

  void named(Extent extent) {
    live += extent.length();
    end = Math.max(end, extent.end());
  }

  void unnamed(Extent extent) {
    live -= extent.length();
  }

  /** Takes the counts of another reading of the same row. */
  void recount(Segment other) {
    live = other.live;
    end = other.end;
  }

  /** Whether nothing more is added and nobody is about to name bytes of it. */
  boolean settled() {
    return sealed && pending == 0;
  }

  boolean movable() {
    return settled() && !stuck;
  }

  void write(ByteBuffer bytes, long offset) throws IOException {
    ByteBuffer left = bytes.duplicate();
    try {
      while (left.hasRemaining()) {
        write(channel(), left, offset + left.position() - bytes.position());
      }
    } finally {
      dirty = true;
    }
  }

  private static void write(FileChannel open, ByteBuffer left, long at) throws IOException {
    try {
      open.write(left, at);
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (ClosedChannelException e) {
      // Another thread was interrupted while it wrote, which closed the channel for all: once more.
      return;
    }
  }

  private synchronized FileChannel channel() throws IOException {
    if (channel.isEmpty() || !channel.get().isOpen()) {
      channel = Optional.of(FileChannel.open(path, StandardOpenOption.WRITE));
    }
    return channel.get();
  }

  /** Nothing more is written; the next use opens the file again. */
  synchronized void close() {
    try {
      if (channel.isPresent()) {
        channel.get().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      channel = Optional.empty();
    }
  }

  boolean dirty() {
    return dirty;
  }

  /** When it returns, all that was written before is on disk. */
  void force() throws IOException {
    synchronized (forcing) {
      if (failed) {
        // Linux tells of a failed sync once: the next would succeed, and mean nothing.
        dirty = false;
        throw new IOException(path + " could not be synced; what was being added is in doubt");
      }
      if (!dirty) {
        return;
      }
      dirty = false;
      try {
        channel().force(false);
      } catch (IOException e) {
        failed = true;
        // Whoever flushes is to hear of it, too, once.
        dirty = true;
        throw e;
      }
    }
  }
}
