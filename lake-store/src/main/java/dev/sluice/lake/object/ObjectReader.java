package dev.sluice.lake.object;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Reads an object's bytes, a buffer at a time. Not for use by several threads at once. */
public final class ObjectReader implements AutoCloseable {
  /** Whether what is read was verified before, or is to be as it is reached. */
  enum Trust {
    VERIFIED,
    VERIFYING
  }

  private final OpenObject object;
  private final Trust trust;
  private final ByteBuffer memory;
  private final Iterator<OpenObject.Stretch> stretches;
  private Optional<OpenObject.Stretch> current = Optional.empty();
  private Optional<FileChannel> channel = Optional.empty();
  private long position;
  private long verified;

  ObjectReader(
      OpenObject object, Trust trust, ByteBuffer memory, List<OpenObject.Stretch> stretches) {
    this.object = object;
    this.trust = trust;
    this.memory = memory;
    this.stretches = stretches.iterator();
  }

  /** The next bytes, at most so many; empty at the end. */
  public Optional<byte[]> next(int max) throws IOException {
    if (memory.hasRemaining()) {
      byte[] bytes = new byte[Math.min(max, memory.remaining())];
      memory.get(bytes);
      return Optional.of(bytes);
    }
    while (current.isEmpty() || position == current.get().to()) {
      if (!stretches.hasNext()) {
        return Optional.empty();
      }
      advance(stretches.next());
    }
    return Optional.of(fromFile(current.get(), max));
  }

  private void advance(OpenObject.Stretch next) throws IOException {
    close();
    current = Optional.of(next);
    position = next.from();
    verified = trust == Trust.VERIFIED ? next.to() : position;
  }

  private byte[] fromFile(OpenObject.Stretch stretch, int max) throws IOException {
    byte[] bytes = new byte[(int) Math.min(max, stretch.to() - position)];
    verify(stretch, position + bytes.length);
    if (channel.isEmpty()) {
      channel = Optional.of(FileChannel.open(object.path(stretch), StandardOpenOption.READ));
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long start = stretch.extent().offset() + position;
    while (buffer.hasRemaining()) {
      if (channel.orElseThrow().read(buffer, start + buffer.position()) < 0) {
        throw new EOFException(object.path(stretch) + " is shorter than its row says");
      }
    }
    position += bytes.length;
    return bytes;
  }

  /** Verifies what was not yet, up to the end of a block: each block once in a reading. */
  private void verify(OpenObject.Stretch stretch, long to) {
    if (to > verified) {
      long block = stretch.extent().sums().block();
      long end = Math.min((to + block - 1) / block * block, stretch.extent().length());
      object.verify(stretch, verified, end);
      verified = end;
    }
  }

  @Override
  public void close() throws IOException {
    if (channel.isPresent()) {
      channel.get().close();
    }
    channel = Optional.empty();
    current = Optional.empty();
  }
}
