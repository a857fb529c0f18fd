package dev.sluice.lake.object;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.zip.CRC32C;

/** Reads blocks and compares them with their sums. Buffers are few, and used again. */
final class BlockReader {
  private static final int BUFFER = 256 << 10;

  private final BlockingQueue<ByteBuffer> idle;

  BlockReader(int buffers) {
    this.idle = new ArrayBlockingQueue<>(buffers);
  }

  /** What is wrong with a block of an extent. */
  record Fault(int block, String expected, String actual) {}

  /** Told of bytes as they are read; may take its time. */
  interface Pace {
    Pace NONE = bytes -> {};

    void read(long bytes);
  }

  /** Which blocks are to be read. */
  interface Choice {
    boolean wanted(int block);

    void sound(int block);
  }

  /** The first block of those wanted, from one to another, that is not as its sum says. */
  Optional<Fault> check(Extent extent, Path path, int from, int to, Choice choice, Pace pace)
      throws IOException {
    int first = from;
    while (first <= to && !choice.wanted(first)) {
      first++;
    }
    if (first > to) {
      return Optional.empty();
    }
    ByteBuffer buffer = idle.poll();
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(BUFFER);
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      for (int block = first; block <= to; block++) {
        if (block > first && !choice.wanted(block)) {
          continue;
        }
        Optional<Fault> fault = check(extent, block, channel, buffer, pace);
        if (fault.isPresent()) {
          return fault;
        }
        choice.sound(block);
      }
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.of(fault(extent, first, "no such file"));
    } finally {
      // A queue that is full lets this one go.
      idle.offer(buffer);
    }
  }

  private static Fault fault(Extent extent, int block, String actual) {
    return new Fault(block, hex(extent.sums().sum(block)), actual);
  }

  static String hex(int sum) {
    return String.format("%08x", sum);
  }

  private static Optional<Fault> check(
      Extent extent, int block, FileChannel channel, ByteBuffer buffer, Pace pace)
      throws IOException {
    long start = block * extent.sums().block();
    long end = Math.min(extent.length(), start + extent.sums().block());
    CRC32C crc = new CRC32C();
    for (long at = start; at < end; ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
      int read;
      try {
        read = channel.read(buffer, extent.offset() + at);
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        // What the disk cannot give back is as lost as what it gives back wrong.
        return Optional.of(fault(extent, block, "cannot be read: " + e.getMessage()));
      }
      if (read < 0) {
        return Optional.of(fault(extent, block, "the file ends at " + (extent.offset() + at)));
      }
      crc.update(buffer.flip());
      at += read;
      pace.read(read);
    }
    int actual = (int) crc.getValue();
    return actual == extent.sums().sum(block)
        ? Optional.empty()
        : Optional.of(fault(extent, block, hex(actual)));
  }
}
