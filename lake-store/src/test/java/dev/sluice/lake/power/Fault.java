package dev.sluice.lake.power;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What is to fail in a recorded process: calls of a kind on files whose path holds the text, after
 * so many that go well, so many times.
 */
record Fault(Call call, Error error, String text, int skip, int times) {
  /** Which calls fail. */
  enum Call {
    WRITE,
    SYNC
  }

  /** How, by the numbers of Linux. */
  enum Error {
    IO(5),
    NO_SPACE(28);

    private final int number;

    Error(int number) {
      this.number = number;
    }
  }

  private static final int SIZE = 256;
  private static final int TIMES_AT = 12;

  /** The same, after so many more calls that go well. */
  Fault after(int more) {
    return new Fault(call, error, text, skip + more, times);
  }

  /** Writes it to the file from which the recorder reads it, also while it runs. */
  void arm(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(call == Call.WRITE ? error.number : 0);
    bytes.putInt(call == Call.SYNC ? error.number : 0);
    bytes.putInt(skip);
    bytes.putInt(times);
    bytes.put(text.getBytes(StandardCharsets.UTF_8));
    Files.write(file, bytes.array(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** How many times it has yet to happen. */
  static int left(Path file) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getInt(TIMES_AT);
  }
}
