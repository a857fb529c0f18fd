package dev.sluice.ingest.chaos;

/** What goes wrong, and how often in one test. */
enum Fault {
  SINK_KILLED(2),
  SINK_KILLED_BEFORE_ITS_COMMIT_ARRIVES(2),
  SINK_KILLED_BEFORE_IT_HEARS_OF_ITS_COMMIT(2),
  SINK_KILLED_IN_A_MERGE(2),
  SINK_FROZEN(2),
  SINK_FROZEN_IN_A_COMMIT(2),
  LAKE_KILLED(2),
  DISK_FULL(2),
  BROKER_KILLED(2),
  BROKER_STOPPED(1),
  CATALOG_ERRORS(2),
  CATALOG_ANSWERS_LOST(2),
  CATALOG_STALLS(2),
  STORE_ERRORS(2),
  STORE_ANSWERS_LOST(1),
  STORE_STALLS(1),
  STORE_SLOW(2);

  private final int times;

  Fault(int times) {
    this.times = times;
  }

  int times() {
    return times;
  }
}
