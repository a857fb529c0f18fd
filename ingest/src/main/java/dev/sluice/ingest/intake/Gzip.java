package dev.sluice.ingest.intake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** Inflating a body without trusting it: it may grow to a bound and no further. */
final class Gzip {
  sealed interface Inflation {}

  /** Not a record: those are for values, and an array is none. */
  static final class Inflated implements Inflation {
    private final byte[] bytes;

    private Inflated(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  record TooLarge() implements Inflation {}

  record NotGzip(String why) implements Inflation {}

  private static final int BLOCK = 64 << 10;

  private Gzip() {}

  static Inflation inflate(byte[] compressed, int most) {
    byte[] out = new byte[Math.min(most, BLOCK)];
    int length = 0;
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed), BLOCK)) {
      while (true) {
        int read = in.read(out, length, out.length - length);
        if (read > 0) {
          length += read;
        } else if (read < 0) {
          return new Inflated(Arrays.copyOf(out, length));
        }
        if (length == out.length) {
          if (length == most) {
            return in.read() < 0 ? new Inflated(out) : new TooLarge();
          }
          out = Arrays.copyOf(out, (int) Math.min(most, 2L * length));
        }
      }
    } catch (IOException e) {
      return new NotGzip(String.valueOf(e.getMessage()));
    }
  }
}
