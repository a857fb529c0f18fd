package dev.sluice.lake.access;

/** What becomes of a request. */
public sealed interface Decision {
  /** It may go on. */
  record Allowed() implements Decision {}

  /** It may not, and why. */
  record Denied(String why) implements Decision {}
}
