package dev.sluice.ingest.deadletter;

/** A replay that may not go on until a person has looked; what it has done so far stands. */
final class ReplayStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ReplayStoppedException(String why) {
    super(why);
  }
}
