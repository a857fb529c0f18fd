package dev.sluice.transform.job;

/** Why a night ended early, in one line for the person who reads it in the morning. */
public final class JobFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JobFailure(String line) {
    super(line);
  }

  public JobFailure(String line, Throwable cause) {
    super(line, cause);
  }
}
