package dev.sluice.lake.object;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Reads slices one after the other, a buffer at a time. Not for use by several threads at once. */
public final class ObjectReader implements AutoCloseable {
  private final Iterator<OpenObject.Slice> slices;
  private Optional<OpenObject.Slice.File> file = Optional.empty();
  private Optional<FileChannel> channel = Optional.empty();
  private Optional<ByteBuffer> memory = Optional.empty();
  private final CRC32C crc = new CRC32C();
  private long position;
  private long remaining;

  ObjectReader(List<OpenObject.Slice> slices) {
    this.slices = slices.iterator();
  }

  /** The next bytes, at most so many; empty at the end. */
  public Optional<byte[]> next(int max) throws IOException {
    while (true) {
      if (memory.isPresent() && memory.get().hasRemaining()) {
        byte[] bytes = new byte[Math.min(max, memory.get().remaining())];
        memory.get().get(bytes);
        return Optional.of(bytes);
      }
      if (file.isPresent() && remaining > 0) {
        return Optional.of(fromFile(max));
      }
      if (!slices.hasNext()) {
        return Optional.empty();
      }
      advance(slices.next());
    }
  }

  private void advance(OpenObject.Slice slice) throws IOException {
    close();
    if (slice instanceof OpenObject.Slice.Memory bytes) {
      memory = Optional.of(bytes.bytes().duplicate());
    } else if (slice instanceof OpenObject.Slice.File next) {
      file = Optional.of(next);
      channel = Optional.of(FileChannel.open(next.path(), StandardOpenOption.READ));
      position = next.offset();
      remaining = next.length();
      crc.reset();
    }
  }

  private byte[] fromFile(int max) throws IOException {
    OpenObject.Slice.File current = file.orElseThrow();
    byte[] bytes = new byte[(int) Math.min(max, remaining)];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      int read = channel.orElseThrow().read(buffer, position + buffer.position());
      if (read < 0) {
        throw new EOFException(current.path() + " is shorter than its row says");
      }
    }
    verify(current, bytes);
    position += bytes.length;
    remaining -= bytes.length;
    return bytes;
  }

  /** Checks the blocks these bytes end, as far as all of the block was read. */
  private void verify(OpenObject.Slice.File current, byte[] bytes) {
    Extent extent = current.piece().extent();
    long block = extent.sums().block();
    int done = 0;
    while (done < bytes.length) {
      long at = position - extent.offset() + done;
      int index = (int) (at / block);
      long end = Math.min((index + 1) * block, extent.length());
      int take = (int) Math.min(bytes.length - done, end - at);
      crc.update(bytes, done, take);
      done += take;
      if (at + take == end) {
        boolean all = index * block >= current.within();
        if (all && (int) crc.getValue() != extent.sums().sum(index)) {
          throw new StoreException(
              StoreException.Reason.DAMAGED, current.path() + " is not what was written");
        }
        crc.reset();
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (channel.isPresent()) {
      channel.get().close();
    }
    channel = Optional.empty();
    file = Optional.empty();
    memory = Optional.empty();
  }
}
