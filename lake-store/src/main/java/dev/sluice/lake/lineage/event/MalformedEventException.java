package dev.sluice.lake.lineage.event;

/** The event is not one; the message names the field. */
public final class MalformedEventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedEventException(String message) {
    super(message);
  }
}
