package dev.sluice.ingest.log;

/** The log cannot be started, reached or changed; the message is one line that says why. */
public final class LogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogException(String line) {
    super(line);
  }

  public LogException(String line, Throwable cause) {
    super(line, cause);
  }
}
