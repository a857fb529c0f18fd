package dev.sluice.ingest.recent;

/** The rows of one shard as the table has them. */
public interface CommittedIds {

  /** What takes the id of a row and when the log received it. */
  interface Taker {
    void take(IdHash id, long receivedMillis);
  }

  /** Gives all rows that were received then or later, about in the order of their receipt. */
  void since(long receivedMillis, Taker taker);
}
