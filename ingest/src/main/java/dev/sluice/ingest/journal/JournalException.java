package dev.sluice.ingest.journal;

/** An entry may have been written or not: the log did not say in time. */
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
