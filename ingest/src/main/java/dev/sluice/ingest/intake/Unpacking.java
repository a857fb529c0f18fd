package dev.sluice.ingest.intake;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Inflating a body without trusting it: it may grow to a bound and no further. */
sealed interface Unpacking {
  /** Not a record: those are for values, and an array is none. */
  final class Unpacked implements Unpacking {
    private final byte[] bytes;

    private Unpacked(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  record TooLarge() implements Unpacking {}

  record Broken(String why) implements Unpacking {}

  /** What is read at a time. */
  int BLOCK = 64 << 10;

  /** 8 MiB: RFC 9659 has no sender on the web need more, and the memory is taken beforehand. */
  int ZSTD_WINDOW_LOG = 23;

  static Unpacking of(Submission.Packing packing, byte[] packed, int most) {
    if (packing == Submission.Packing.PLAIN) {
      return new Unpacked(packed);
    }
    try (InputStream in = stream(packing, packed)) {
      return read(in, most);
    } catch (IOException e) {
      return new Broken(
          "the body is not " + packing.name().toLowerCase(Locale.ROOT) + ": " + e.getMessage());
    }
  }

  private static InputStream stream(Submission.Packing packing, byte[] packed) throws IOException {
    InputStream bytes = new ByteArrayInputStream(packed);
    return packing == Submission.Packing.GZIP
        ? new GZIPInputStream(bytes, BLOCK)
        : new ZstdInputStreamNoFinalizer(bytes).setLongMax(ZSTD_WINDOW_LOG);
  }

  private static Unpacking read(InputStream in, int most) throws IOException {
    byte[] out = new byte[Math.min(most, BLOCK)];
    int length = 0;
    while (true) {
      int read = in.read(out, length, out.length - length);
      if (read < 0) {
        return new Unpacked(Arrays.copyOf(out, length));
      }
      length += read;
      if (length == out.length) {
        if (length == most) {
          return in.read() < 0 ? new Unpacked(out) : new TooLarge();
        }
        out = Arrays.copyOf(out, (int) Math.min(most, 2L * length));
      }
    }
  }
}
