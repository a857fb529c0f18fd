package dev.sluice.transform.schedule;

/** What becomes of times that passed while nobody ran, or while a run took longer. */
public enum Catchup {
  /** They are left out; one that is late by less than the grace still runs. */
  SKIP,
  /** The latest runs, those before it are left out. */
  LAST,
  /** All run, the oldest first, as many as the limit allows. */
  ALL
}
