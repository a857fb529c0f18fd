package dev.sluice.lake;

import dev.sluice.lake.object.ObjectReader;
import dev.sluice.lake.object.OpenObject;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import org.apache.iceberg.io.SeekableInputStream;

/** An object of our own store, read from wherever is asked. */
final class StoreInput extends SeekableInputStream {
  private static final int CHUNK = 64 << 10;

  private final OpenObject object;
  private final long size;
  private Optional<ObjectReader> reader = Optional.empty();
  private byte[] held = new byte[0];
  private long start;
  private long position;

  StoreInput(OpenObject object) {
    this.object = object;
    this.size = object.version().size();
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public void seek(long next) throws IOException {
    if (next < 0 || next > size) {
      throw new EOFException("cannot read at " + next + ", the file has " + size + " bytes");
    }
    position = next;
  }

  @Override
  public int read() throws IOException {
    return filled() ? held[(int) (position++ - start)] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!filled()) {
      return -1;
    }
    int from = (int) (position - start);
    int some = Math.min(length, held.length - from);
    System.arraycopy(held, from, target, offset, some);
    position += some;
    return some;
  }

  /** Has the byte at the position in memory, unless that is the end. */
  private boolean filled() throws IOException {
    long end = start + held.length;
    if (position >= start && position < end) {
      return true;
    }
    if (position == size) {
      return false;
    }
    if (position != end || reader.isEmpty()) {
      closeReader();
      reader = Optional.of(object.reader(position, size - position));
    }
    held =
        reader
            .get()
            .next(CHUNK)
            .orElseThrow(() -> new EOFException("the file is shorter than it was said to be"));
    start = position;
    return true;
  }

  private void closeReader() throws IOException {
    if (reader.isPresent()) {
      reader.get().close();
    }
    reader = Optional.empty();
  }

  @Override
  public void close() throws IOException {
    try {
      closeReader();
    } finally {
      object.close();
    }
  }
}
