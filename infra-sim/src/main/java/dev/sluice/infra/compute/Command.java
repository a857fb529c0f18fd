package dev.sluice.infra.compute;

/** What can be wished of an instance, and what time does to it. */
public enum Command {
  START,
  STOP,
  TERMINATE,
  /** Time: a passing state has lasted as long as it lasts. */
  SETTLE
}
