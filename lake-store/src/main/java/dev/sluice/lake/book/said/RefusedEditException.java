package dev.sluice.lake.book.said;

/** What was said cannot be written down, and why in a line. */
public final class RefusedEditException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RefusedEditException(String message) {
    super(message, null, false, false);
  }
}
