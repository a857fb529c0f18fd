package dev.sluice.lake.object;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A version opened for reading: it stays readable until closed, whatever is deleted meanwhile. */
public final class OpenObject implements AutoCloseable {
  private final Holdings holdings;
  private final Guard guard;
  private final String bucket;
  private final ObjectVersion version;
  private boolean closed;

  OpenObject(Holdings holdings, Guard guard, String bucket, ObjectVersion version) {
    this.holdings = holdings;
    this.guard = guard;
    this.bucket = bucket;
    this.version = version;
  }

  /** Some bytes of the object, in one place. */
  public sealed interface Slice {
    /** Bytes in memory. */
    record Memory(ByteBuffer bytes) implements Slice {}

    /** Bytes of a file: so many from an offset. */
    record File(Path path, long offset, long length) implements Slice {}
  }

  /** Bytes of an extent, from one place in it to another. */
  record Stretch(Extent extent, long from, long to) {}

  String bucket() {
    return bucket;
  }

  public ObjectVersion version() {
    return version;
  }

  /**
   * Where the given bytes of the object are, in order. Every block they are part of is verified
   * before this returns, which may read them all: what is damaged is refused, and whoever sends the
   * slices needs to look at none of it.
   */
  public List<Slice> slices(long offset, long length) {
    if (version.content() instanceof Content.Inline inline) {
      check(offset, length);
      return List.of(new Slice.Memory(inline.bytes().slice((int) offset, (int) length)));
    }
    List<Slice> slices = new ArrayList<>();
    for (Stretch each : stretches(offset, length)) {
      verify(each, each.from(), each.to());
      slices.add(
          new Slice.File(
              path(each), each.extent().offset() + each.from(), each.to() - each.from()));
    }
    return slices;
  }

  private void check(long offset, long length) {
    if (offset < 0 || length < 0 || offset + length > version.size()) {
      throw new IllegalArgumentException("not bytes of the object");
    }
  }

  private List<Stretch> stretches(long offset, long length) {
    check(offset, length);
    List<Stretch> stretches = new ArrayList<>();
    long start = 0;
    for (Extent extent : version.content().extents()) {
      long from = Math.max(offset, start);
      long to = Math.min(offset + length, start + extent.length());
      if (from < to) {
        stretches.add(new Stretch(extent, from - start, to - start));
      }
      start += extent.length();
    }
    return stretches;
  }

  Path path(Stretch stretch) {
    return holdings.path(stretch.extent());
  }

  void verify(Stretch stretch, long from, long to) {
    guard.verify(bucket, version, stretch.extent(), from, to);
  }

  /** Reads the given bytes, each block verified before any of its bytes is given out. */
  public ObjectReader reader(long offset, long length) {
    return reader(ObjectReader.Trust.VERIFYING, offset, length);
  }

  /** Reads bytes that {@link #slices} has verified. */
  public ObjectReader verifiedReader(long offset, long length) {
    return reader(ObjectReader.Trust.VERIFIED, offset, length);
  }

  private ObjectReader reader(ObjectReader.Trust trust, long offset, long length) {
    if (version.content() instanceof Content.Inline inline) {
      check(offset, length);
      ByteBuffer bytes = inline.bytes().slice((int) offset, (int) length);
      return new ObjectReader(this, trust, bytes, List.of());
    }
    return new ObjectReader(this, trust, ByteBuffer.allocate(0), stretches(offset, length));
  }

  /** Reads all of it. */
  public ObjectReader reader() {
    return reader(0, version.size());
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      holdings.pins().unpin(version.content().extents());
    }
  }
}
