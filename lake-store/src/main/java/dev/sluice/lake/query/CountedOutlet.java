package dev.sluice.lake.query;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Knows how much was written. */
final class CountedOutlet extends FilterOutputStream {
  private long count;

  CountedOutlet(OutputStream out) {
    super(out);
  }

  long count() {
    return count;
  }

  @Override
  public void write(int single) throws IOException {
    count++;
    out.write(single);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    count += length;
    out.write(bytes, offset, length);
  }
}
