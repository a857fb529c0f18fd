package dev.sluice.ingest.cli;

import java.io.Console;
import java.io.PrintWriter;

/** How far it is, on a terminal; elsewhere nothing, so that nothing mixes with what is read. */
public final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 40;

  private final PrintWriter out;
  private final long total;
  private final boolean shown;
  private int lastPercent = -1;

  private ProgressBar(PrintWriter out, long total, boolean shown) {
    this.out = out;
    this.total = total;
    this.shown = shown;
  }

  public static ProgressBar onTerminal(PrintWriter out, long total) {
    return new ProgressBar(out, total, isTerminal());
  }

  @SuppressWarnings("SystemConsoleNull") // asked further below, where the answer has changed
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // From 22 on there is a console also where there is no terminal, and this to tell them apart.
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException olderThan22) {
      return true;
    }
  }

  public synchronized void show(long done) {
    int percent = (int) (100 * done / total);
    if (!shown || percent == lastPercent) {
      return;
    }
    lastPercent = percent;
    int filled = WIDTH * percent / 100;
    out.print(
        "\r[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + percent + " % " + done);
    out.flush();
  }

  @Override
  public synchronized void close() {
    if (shown) {
      out.println();
      out.flush();
    }
  }
}
