package dev.sluice.daemon.cli;

/** Why a command ends: one line for the person, and the exit code that goes with it. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The run failed. */
  public static final int FAILED = 1;

  /** The command was used wrongly. */
  public static final int USAGE = 2;

  private final int exitCode;

  private CommandFailure(int exitCode, String line) {
    super(line);
    this.exitCode = exitCode;
  }

  public static CommandFailure failed(String line) {
    return new CommandFailure(FAILED, line);
  }

  public static CommandFailure usage(String line) {
    return new CommandFailure(USAGE, line);
  }

  public int exitCode() {
    return exitCode;
  }
}
