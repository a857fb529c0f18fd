package dev.sluice.lake.cli;

import java.io.Writer;
import java.util.function.Consumer;

/** Gives text on line by line. */
final class LineWriter extends Writer {
  private final Consumer<String> lines;
  private final StringBuilder open = new StringBuilder();

  LineWriter(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void write(char[] text, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (text[i] == '\n') {
        lines.accept(open.toString().stripTrailing());
        open.setLength(0);
      } else {
        open.append(text[i]);
      }
    }
  }

  @Override
  public void flush() {}

  /** What has no line end is a line too. */
  @Override
  public void close() {
    if (!open.isEmpty()) {
      write(new char[] {'\n'}, 0, 1);
    }
  }
}
