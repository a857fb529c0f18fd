package dev.sluice.lake.cli;

import java.util.OptionalInt;

/**
 * What the launcher found out about the terminal, which Java cannot ask without loading much more.
 *
 * @param typed whether somebody types on standard input
 * @param room how wide the terminal is that standard output is, if it is one
 */
record Screen(boolean typed, OptionalInt room) {
  static Screen present() {
    boolean typed = Boolean.parseBoolean(System.getProperty("sluice.terminal.in", "false"));
    int columns = Integer.getInteger("sluice.terminal.columns", 0);
    return new Screen(typed, columns > 0 ? OptionalInt.of(columns) : OptionalInt.empty());
  }

  /** An id for a query of this process. */
  static String queryId() {
    return "cli-" + ProcessHandle.current().pid() + "-" + Long.toString(System.nanoTime(), 36);
  }
}
