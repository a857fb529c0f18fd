package dev.sluice.lake.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;

/**
 * Shows lines by the page: through the user's own program where {@code PAGER} names one, else here.
 * The program is started when there is more than a page.
 */
final class Pager implements AutoCloseable {
  private static final int LEAST_HEIGHT = 3;

  private final Terminal terminal;
  private final PrintWriter out;
  private final String program;
  private final StringBuilder first = new StringBuilder();
  private Optional<Process> process = Optional.empty();
  private Optional<BufferedWriter> pipe = Optional.empty();
  private int lines;
  private boolean toTheEnd;

  /** Whoever reads has seen enough. */
  static final class EnoughException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  Pager(Terminal terminal) {
    this.terminal = terminal;
    this.out = terminal.writer();
    this.program = System.getProperty("sluice.terminal.pager", "").strip();
  }

  void line(String line) {
    try {
      if (program.isEmpty()) {
        shown(line);
      } else {
        piped(line);
      }
    } catch (IOException gone) {
      throw new EnoughException();
    }
  }

  /** Takes text, of which each line counts. */
  OutputStream stream() {
    return new WriterStream(new PrintWriter(new LineWriter(this::line)));
  }

  private int page() {
    return Math.max(LEAST_HEIGHT, terminal.getHeight()) - 1;
  }

  private void shown(String line) throws IOException {
    if (!toTheEnd && lines == page() && terminal.getHeight() >= LEAST_HEIGHT) {
      more();
      lines = 0;
    }
    out.println(line);
    lines++;
  }

  private void more() throws IOException {
    out.print("-- more: space for a page, a for all, q for the end --");
    terminal.flush();
    Attributes before = terminal.enterRawMode();
    int key = terminal.reader().read();
    terminal.setAttributes(before);
    out.print("\r\u001b[K");
    terminal.flush();
    if (key == 'q' || key == 'Q' || key < 0 || key == 3) {
      throw new EnoughException();
    }
    toTheEnd = key == 'a' || key == 'A';
  }

  private void piped(String line) throws IOException {
    if (pipe.isPresent()) {
      pipe.get().write(line + "\n");
      return;
    }
    first.append(line).append('\n');
    lines++;
    if (lines < page()) {
      return;
    }
    terminal.flush();
    Process started =
        new ProcessBuilder(List.of("sh", "-c", program))
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process = Optional.of(started);
    BufferedWriter writer =
        new BufferedWriter(
            new OutputStreamWriter(started.getOutputStream(), StandardCharsets.UTF_8));
    pipe = Optional.of(writer);
    writer.write(first.toString());
  }

  @Override
  public void close() throws IOException {
    if (process.isEmpty()) {
      if (!program.isEmpty()) {
        out.print(first);
      }
      terminal.flush();
      return;
    }
    try (BufferedWriter closing = pipe.orElseThrow()) {
      closing.flush();
    } catch (IOException gone) {
      // The reader left the program before the end of the answer.
    }
    try {
      process.get().waitFor();
    } catch (InterruptedException ending) {
      process.get().destroy();
      Thread.currentThread().interrupt();
    }
  }
}
