package dev.sluice.ingest.door;

/** The door cannot open; the message is one line that says why. */
public final class DoorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DoorException(String line, Throwable cause) {
    super(line, cause);
  }
}
