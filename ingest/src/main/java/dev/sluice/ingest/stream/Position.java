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

  /** The same place, seen from the start of a text that has so much before this one. */
  public Position after(int lines, int columns, long bytes) {
    return new Position(line + lines, line == 1 ? column + columns : column, offset + bytes);
  }

  /** The place of a byte in a text that starts at another. */
  public static Position of(byte[] bytes, int start, int index) {
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
