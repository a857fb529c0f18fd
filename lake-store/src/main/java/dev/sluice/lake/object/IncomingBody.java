package dev.sluice.lake.object;

import dev.sluice.awswire.ByteSink;
import dev.sluice.awswire.Checksum;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Bytes on their way into the store: small ones gathered in memory, others written to a draft as
 * they come. Not for use by several threads at once. Closing it discards what no row came to own.
 */
public final class IncomingBody implements ByteSink, AutoCloseable {
  private final FileVault vault;
  private final String id;
  private final int inlineLimit;
  private final MessageDigest md5;
  private final BlockSums.Running sums = new BlockSums.Running();
  private final Map<Checksum, Checksum.Running> running = new EnumMap<>(Checksum.class);
  private final Map<Checksum, String> checksums = new EnumMap<>(Checksum.class);
  private ByteArrayOutputStream small = new ByteArrayOutputStream();
  private Optional<FileChannel> draft = Optional.empty();
  private Optional<Content> content = Optional.empty();
  private String md5Hex = "";
  private long size;
  private boolean owned;

  IncomingBody(FileVault vault, String id, int inlineLimit, Set<Checksum> algorithms) {
    this.vault = vault;
    this.id = id;
    this.inlineLimit = inlineLimit;
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
    md5.update(bytes.duplicate());
    sums.update(bytes.duplicate());
    for (Checksum.Running each : running.values()) {
      each.update(bytes.duplicate());
    }
    size += bytes.remaining();
    if (draft.isEmpty() && size <= inlineLimit) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      small.writeBytes(copy);
      return;
    }
    FileChannel channel = channel();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private FileChannel channel() throws IOException {
    if (draft.isEmpty()) {
      FileChannel channel =
          FileChannel.open(
              vault.draft(id), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      draft = Optional.of(channel);
      ByteBuffer before = ByteBuffer.wrap(small.toByteArray());
      small = new ByteArrayOutputStream(0);
      while (before.hasRemaining()) {
        channel.write(before);
      }
    }
    return draft.get();
  }

  /** Call once after the last byte; when it returns, the bytes of a file are on disk. */
  public void finish() throws IOException {
    md5Hex = HexFormat.of().formatHex(md5.digest());
    running.forEach((algorithm, value) -> checksums.put(algorithm, value.base64()));
    if (draft.isEmpty() && inlineLimit > 0) {
      content = Optional.of(new Content.Inline(small.toByteArray()));
      return;
    }
    try (FileChannel channel = channel()) {
      channel.force(true);
    }
    vault.publish(id);
    content = Optional.of(new Content.Whole(Extent.file(id, size, sums.finish())));
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

  Content content() {
    return content.orElseThrow(() -> new IllegalStateException("the body is not finished"));
  }

  /**
   * From here on a row may own the file, so that discarding is left to the sweep at the next open.
   */
  void handOver() {
    owned = true;
  }

  @Override
  public void close() throws IOException {
    if (owned) {
      return;
    }
    if (draft.isPresent()) {
      draft.get().close();
      Files.deleteIfExists(vault.draft(id));
      vault.remove(id);
    }
  }
}
