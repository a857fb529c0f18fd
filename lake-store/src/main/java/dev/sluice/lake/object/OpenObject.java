package dev.sluice.lake.object;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A version opened for reading: it stays readable until closed, whatever is deleted meanwhile. */
public final class OpenObject implements AutoCloseable {
  private final FileVault vault;
  private final ObjectVersion version;
  private boolean closed;

  OpenObject(FileVault vault, ObjectVersion version) {
    this.vault = vault;
    this.version = version;
  }

  /** Some bytes of the object, in one place. */
  public sealed interface Slice {
    /** Bytes in memory. */
    record Memory(ByteBuffer bytes) implements Slice {}

    /** Bytes of a file; the CRC32C when it is all of the file. */
    record File(Path path, long offset, long length, Optional<Integer> crc32c) implements Slice {}
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
    for (FileRef file : version.content().files()) {
      long from = Math.max(offset, start);
      long to = Math.min(offset + length, start + file.length());
      if (from < to) {
        boolean whole = to - from == file.length();
        slices.add(
            new Slice.File(
                vault.path(file.id()),
                from - start,
                to - from,
                whole ? Optional.of(file.crc32c()) : Optional.empty()));
      }
      start += file.length();
    }
    return slices;
  }

  /** Reads the given bytes; a file read whole is verified before its last bytes are given out. */
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
      vault.unpin(version.content().files());
    }
  }
}
