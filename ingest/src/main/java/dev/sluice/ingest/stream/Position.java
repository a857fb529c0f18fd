package dev.sluice.ingest.stream;

/**
 * Where in the bytes something is wrong: the line and column count from 1, the column in bytes, the
 * offset from 0.
 */
public record Position(int line, int column, long offset) {
  public Position {
    if (line < 1 || column < 1 || offset < 0) {
      throw new IllegalArgumentException("no position: " + line + ":" + column + "@" + offset);
    }
  }

  /** The same place seen from the start of a text this one is a whole-line part of. */
  public Position within(int linesBefore, long bytesBefore) {
    return new Position(line + linesBefore, column, offset + bytesBefore);
  }

  /** The place of a byte. */
  static Position of(byte[] bytes, int start, int index) {
    int line = 1;
    int lineStart = start;
    for (int i = start; i < index; i++) {
      if (bytes[i] == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new Position(line, index - lineStart + 1, (long) index - start);
  }

  @Override
  public String toString() {
    return "line " + line + ", column " + column + ", byte " + offset;
  }
}
