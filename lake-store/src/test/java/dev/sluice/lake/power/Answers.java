package dev.sluice.lake.power;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * What was asked of a store and what it answered, a line each, written to a file that the recorder
 * sees: so the recording knows at each call what had been acknowledged.
 */
final class Answers implements AutoCloseable {
  static final String FILE = "answers";

  /** A line: a deed begun, or the answer to the one of that number. */
  record Line(int number, String event, List<String> fields) {
    static Line parse(String text) {
      List<String> fields = Arrays.asList(text.strip().split(" ", -1));
      return new Line(
          Integer.parseInt(fields.get(1)), fields.get(0), fields.subList(2, fields.size()));
    }
  }

  private final FileChannel file;
  private int deeds;

  Answers(Path directory) throws IOException {
    file =
        FileChannel.open(
            directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Does the deed, and says before that it is begun and after what came of it. */
  String note(Deed deed, Supplier<String> work) {
    int number = begin(deed);
    String answer = work.get();
    line("done " + number + " " + answer);
    return answer;
  }

  private synchronized int begin(Deed deed) {
    deeds++;
    line("begun " + deeds + " " + deed.line());
    return deeds;
  }

  private synchronized void line(String text) {
    ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      file.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
