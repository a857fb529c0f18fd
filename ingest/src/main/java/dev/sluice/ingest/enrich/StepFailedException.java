package dev.sluice.ingest.enrich;

/** A step cannot be done to an event; it costs no stack trace, for a sender may cause many. */
final class StepFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  StepFailedException(String why) {
    super(why, null, false, false);
  }
}
