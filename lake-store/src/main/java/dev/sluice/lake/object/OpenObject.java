package dev.sluice.lake.object;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A version opened for reading: it stays readable until closed, whatever is deleted meanwhile. */
public final class OpenObject implements AutoCloseable {
  private final Holdings holdings;
  private final ObjectVersion version;
  private boolean closed;

  OpenObject(Holdings holdings, ObjectVersion version) {
    this.holdings = holdings;
    this.version = version;
  }

  /** Some bytes of the object, in one place. */
  public sealed interface Slice {
    /** Bytes in memory. */
    record Memory(ByteBuffer bytes) implements Slice {}

    /**
     * Bytes of a file: so many from an offset. They begin {@code within} bytes after the start of
     * what was written in one piece, whose blocks have sums.
     */
    record File(Path path, long offset, long length, long within, Piece piece) implements Slice {
      /** Whether it is all that was written in one piece. */
      public boolean whole() {
        return length == piece.extent().length();
      }
    }
  }

  /** What was written in one piece. */
  public static final class Piece {
    private final Extent extent;

    Piece(Extent extent) {
      this.extent = extent;
    }

    Extent extent() {
      return extent;
    }
  }

  public ObjectVersion version() {
    return version;
  }

  /** Where the given bytes of the object are, in order. */
  public List<Slice> slices(long offset, long length) {
    if (offset < 0 || length < 0 || offset + length > version.size()) {
      throw new IllegalArgumentException("not bytes of the object");
    }
    List<Slice> slices = new ArrayList<>();
    if (version.content() instanceof Content.Inline inline) {
      slices.add(new Slice.Memory(inline.bytes().slice((int) offset, (int) length)));
      return slices;
    }
    long start = 0;
    for (Extent extent : version.content().extents()) {
      long from = Math.max(offset, start);
      long to = Math.min(offset + length, start + extent.length());
      if (from < to) {
        slices.add(
            new Slice.File(
                holdings.path(extent),
                extent.offset() + from - start,
                to - from,
                from - start,
                new Piece(extent)));
      }
      start += extent.length();
    }
    return slices;
  }

  /** Reads the given bytes; a block read whole is verified before its last bytes are given out. */
  public ObjectReader reader(long offset, long length) {
    return new ObjectReader(slices(offset, length));
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
