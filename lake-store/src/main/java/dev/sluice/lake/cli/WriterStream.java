package dev.sluice.lake.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** UTF-8 for a writer of text; letters may be cut in two between pieces. */
final class WriterStream extends OutputStream {
  private static final int LONGEST_LETTER = 4;

  private final PrintWriter out;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer left = ByteBuffer.allocate(0);

  WriterStream(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void write(int single) throws IOException {
    write(new byte[] {(byte) single}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(left.remaining() + length);
    in.put(left).put(bytes, offset, length).flip();
    CharBuffer text = CharBuffer.allocate(in.remaining() + LONGEST_LETTER);
    decoder.decode(in, text, false);
    left = in.slice();
    out.append(text.flip());
    if (out.checkError()) {
      throw new IOException("nobody reads what is printed");
    }
  }

  @Override
  public void flush() {
    out.flush();
  }

  /** The writer stays open. */
  @Override
  public void close() {
    flush();
  }
}
