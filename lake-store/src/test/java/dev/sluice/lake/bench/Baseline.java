package dev.sluice.lake.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/** What the machine itself can do, measured beside the servers. */
record Baseline(
    double md5MebibytesPerSecond, double syncsPerSecond, double writtenMebibytesPerSecond) {
  private static final long WHILE = 2_000_000_000L;
  private static final int FILE_PIECES = 64;

  static Baseline measure(Path home) throws IOException, NoSuchAlgorithmException {
    return new Baseline(md5(), syncs(home.resolve("synced")), written(home.resolve("written")));
  }

  private static double md5() throws NoSuchAlgorithmException {
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    byte[] piece = new byte[1 << 20];
    for (int warm = 0; warm < 300; warm++) {
      md5.update(piece);
    }
    long begin = System.nanoTime();
    long done = 0;
    while (System.nanoTime() - begin < WHILE) {
      md5.update(piece);
      done++;
    }
    return done * 1e9 / (System.nanoTime() - begin);
  }

  private static double syncs(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long begin = System.nanoTime();
      long done = 0;
      while (System.nanoTime() - begin < WHILE) {
        channel.write(ByteBuffer.allocate(4096));
        channel.force(false);
        done++;
      }
      return done * 1e9 / (System.nanoTime() - begin);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** One file after the other, each synced at its end. */
  private static double written(Path file) throws IOException {
    ByteBuffer piece = ByteBuffer.allocateDirect(1 << 20);
    long begin = System.nanoTime();
    long done = 0;
    while (System.nanoTime() - begin < WHILE) {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        for (int at = 0; at < FILE_PIECES; at++) {
          channel.write(piece.clear());
        }
        channel.force(false);
        done += FILE_PIECES;
      } finally {
        Files.deleteIfExists(file);
      }
    }
    return done * 1e9 / (System.nanoTime() - begin);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "one core's MD5 %.0f MiB/s, %.0f appends of 4 KiB synced one after the other per second,"
            + " files of 64 MiB written and synced %.0f MiB/s",
        md5MebibytesPerSecond,
        syncsPerSecond,
        writtenMebibytesPerSecond);
  }
}
