package dev.sluice.ingest.bench;

/** What is told of a turn, as its line in the table is called. */
enum Metric {
  WHOLE("events/s, from the first fetch to the last visible row"),
  FIRST("events/s, until 2 million rows were visible"),
  BEST_VISIBLE("rows/s made visible, best 10 s between commits"),
  BEST_READ("events/s read, best 10 s"),
  WORKER_CORE("events/s for each core, the worker's time"),
  TOTAL_CORE("events/s for each core, the worker's and its store's time"),
  MEGABYTES("MB/s of log"),
  ROW_BYTES("bytes of Parquet for each row"),
  FILES("data files"),
  ALLOCATED("bytes allocated by the worker for each event"),
  PAUSED("% of the time in pauses of the collector"),
  FULL("full collections"),
  LIVE("MiB of heap after a collection, at most"),
  OTHERS("% of the processors that other programs had meanwhile");

  private final String line;

  Metric(String line) {
    this.line = line;
  }

  String line() {
    return line;
  }
}
