package dev.sluice.lake.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A command on a terminal that {@code script} makes: what is typed, and what is to be seen. */
final class PseudoTerminal implements AutoCloseable {
  private static final long SECONDS = 60;

  private final Process process;
  private final LinkedBlockingQueue<String> pieces = new LinkedBlockingQueue<>();
  private final Thread reading;
  private String seen = "";

  PseudoTerminal(Path work, int rows, int columns, List<String> command) throws IOException {
    StringBuilder line = new StringBuilder("stty rows " + rows + " cols " + columns + "; exec");
    command.forEach(word -> line.append(" '").append(word).append('\''));
    ProcessBuilder builder =
        new ProcessBuilder("script", "-q", "-e", "-c", line.toString(), "/dev/null")
            .directory(work.toFile())
            .redirectErrorStream(true);
    builder.environment().put("TERM", "xterm");
    builder.environment().put("LC_ALL", "C.UTF-8");
    this.process = builder.start();
    this.reading = new Thread(this::read, "terminal");
    reading.start();
  }

  void type(String text) throws IOException {
    process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Waits until it is on the screen, and says what came with it; what came before is forgotten. */
  String await(String text) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!seen.contains(text)) {
      String piece = pieces.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (piece == null || piece.isEmpty()) {
        throw new AssertionError("'" + text + "' was not seen, but:\n" + seen);
      }
      seen += piece;
    }
    int after = seen.indexOf(text) + text.length();
    String until = seen.substring(0, after);
    seen = seen.substring(after);
    return until;
  }

  int end() throws InterruptedException {
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("it did not end; seen:\n" + seen);
    }
    return process.exitValue();
  }

  private void read() {
    try (InputStream in = process.getInputStream()) {
      byte[] piece = new byte[4096];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        pieces.add(new String(piece, 0, read, StandardCharsets.UTF_8));
      }
    } catch (IOException ended) {
      // Told by the empty piece.
    }
    pieces.add("");
  }

  @Override
  public void close() throws Exception {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    reading.join();
  }
}
