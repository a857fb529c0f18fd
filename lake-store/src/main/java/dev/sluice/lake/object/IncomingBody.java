package dev.sluice.lake.object;

import dev.sluice.awswire.ByteSink;
import dev.sluice.awswire.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Bytes on their way into the store: small ones gathered in memory, others written to a file as
 * they come. Not for use by several threads at once. Closing it discards what no row came to own.
 */
public final class IncomingBody implements ByteSink, AutoCloseable {
  /** Fewer bytes are hashed before a thread has woken up. */
  private static final int WORTH_A_THREAD = 64 << 10;

  private final Holdings holdings;
  private final String id;
  private final Limits limits;
  private final MessageDigest md5;
  private final BlockSums.Running sums = new BlockSums.Running();
  private final Map<Checksum, Checksum.Running> running = new EnumMap<>(Checksum.class);
  private final Map<Checksum, String> checksums = new EnumMap<>(Checksum.class);
  private byte[] small = new byte[0];
  private Optional<FileChannel> file = Optional.empty();
  private String md5Hex = "";
  private long size;
  private long held;
  private Optional<Extent> appended = Optional.empty();
  private boolean finished;
  private boolean owned;

  /** Up to how many bytes lie in the row, and up to how many in a segment. */
  record Limits(int inline, int segment) {}

  IncomingBody(Holdings holdings, String id, Limits limits, Set<Checksum> algorithms) {
    this.holdings = holdings;
    this.id = id;
    this.limits = limits;
    this.md5 = md5();
    algorithms.forEach(each -> running.put(each, each.start()));
  }

  static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  @Override
  public void accept(ByteBuffer bytes) throws IOException {
    ByteBuffer same = bytes.duplicate();
    if (bytes.remaining() < WORTH_A_THREAD) {
      md5.update(same);
      keep(bytes);
      return;
    }
    Optional<Future<?>> hashing = holdings.hashers().begin(() -> md5.update(same));
    if (hashing.isEmpty()) {
      md5.update(same);
    }
    try {
      keep(bytes);
    } finally {
      // The bytes are the caller's again afterwards.
      hashing.ifPresent(IncomingBody::await);
    }
  }

  private static void await(Future<?> hashing) {
    boolean interrupted = false;
    while (true) {
      try {
        hashing.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep(ByteBuffer bytes) throws IOException {
    for (Checksum.Running each : running.values()) {
      each.update(bytes.duplicate());
    }
    if (file.isEmpty() && gather(bytes)) {
      return;
    }
    FileChannel channel = channel();
    size += bytes.remaining();
    write(channel, bytes);
  }

  /** Keeps the bytes in memory, if they are few and there is room for them. */
  private boolean gather(ByteBuffer bytes) {
    int length = bytes.remaining();
    long after = size + length;
    if (after > limits.segment()) {
      return false;
    }
    if (after > small.length) {
      long room = Math.min(limits.segment(), Math.max(after, 2L * small.length));
      if (after > limits.inline()) {
        if (!holdings.gather(room - held)) {
          return false;
        }
        held = room;
      }
      small = Arrays.copyOf(small, (int) room);
    }
    bytes.get(small, (int) size, length);
    size = after;
    return true;
  }

  private FileChannel channel() throws IOException {
    if (file.isEmpty()) {
      FileChannel channel = holdings.vault().create(id);
      file = Optional.of(channel);
      ByteBuffer before = gathered();
      release();
      write(channel, before);
    }
    return file.get();
  }

  private ByteBuffer gathered() {
    return ByteBuffer.wrap(small, 0, (int) size);
  }

  private void release() {
    holdings.ungather(held);
    held = 0;
    small = new byte[0];
  }

  private void write(FileChannel channel, ByteBuffer bytes) {
    holdings.space().require();
    sums.update(bytes.duplicate());
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw Space.failure(e);
    }
  }

  /** Call once after the last byte. */
  public void finish() throws IOException {
    md5Hex = HexFormat.of().formatHex(md5.digest());
    running.forEach((algorithm, value) -> checksums.put(algorithm, value.base64()));
    if (limits.segment() == 0) {
      channel();
    }
    finished = true;
  }

  public long size() {
    return size;
  }

  /** The MD5 of the bytes, in hexadecimal; known after {@link #finish}. */
  public String md5Hex() {
    return md5Hex;
  }

  /** The checksums asked for, in base 64; known after {@link #finish}. */
  public Map<Checksum, String> checksums() {
    return checksums;
  }

  /**
   * Puts the bytes where they are to stay, as durably as asked for; where that is. Call once, when
   * finished.
   */
  Content settle(Durability level) {
    if (!finished) {
      throw new IllegalStateException("the body is not finished");
    }
    try {
      if (file.isEmpty()) {
        return size <= limits.inline() ? inline() : append();
      }
      try (FileChannel channel = file.get()) {
        holdings.settle(id, channel, level);
      }
    } catch (IOException e) {
      throw Space.failure(e);
    }
    return new Content.Whole(Extent.file(id, size, sums.finish()));
  }

  /** As {@link #settle}, but never with the bytes of others, which are moved at times. */
  Content settleApart(Bucket home) {
    if (file.isEmpty() && size > limits.inline()) {
      try {
        channel();
      } catch (IOException e) {
        throw Space.failure(e);
      }
    }
    return settle(home.durability());
  }

  private Content inline() {
    byte[] exact = small.length == size ? small : Arrays.copyOf(small, (int) size);
    return new Content.Inline(exact);
  }

  private Content append() throws IOException {
    ByteBuffer bytes = gathered();
    Extent extent = holdings.segments().append(bytes, BlockSums.of(bytes));
    appended = Optional.of(extent);
    release();
    return new Content.Whole(extent);
  }

  /**
   * Runs what makes a row own the bytes. A refusal means that none does; after any other failure
   * one may, so that clearing away is left to the sweep.
   */
  <T> T handedOver(Supplier<T> owning) {
    owned = true;
    try {
      return owning.get();
    } catch (StoreException e) {
      notOwned(e);
      throw e;
    }
  }

  /** After a failure to be made a row's. */
  void notOwned(RuntimeException failure) {
    if (failure instanceof StoreException refusal) {
      // A disk may be full, or rows found damaged, when it is not known what of the row is on it.
      owned =
          refusal.reason() == StoreException.Reason.DISK_FULL
              || refusal.reason() == StoreException.Reason.DAMAGED;
    }
  }

  @Override
  public void close() throws IOException {
    release();
    appended.ifPresent(holdings.segments()::release);
    appended = Optional.empty();
    if (file.isPresent()) {
      file.get().close();
      if (!owned) {
        holdings.vault().remove(id);
      }
    }
  }
}
