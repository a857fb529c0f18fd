package dev.sluice.ingest.recent;

/**
 * Ids of one shard that were received about one after another: the least that is dropped at once.
 * Where they lie in the store, the number says, which is no other span's.
 */
final class Span {

  final long number;
  final Sieve sieve;
  private long oldestMillis = Long.MAX_VALUE;
  private long newestMillis = Long.MIN_VALUE;
  private long ids;

  Span(long number, long expected) {
    this.number = number;
    this.sieve = new Sieve(expected);
  }

  void add(long high, long low, long receivedMillis) {
    sieve.add(high, low);
    oldestMillis = Math.min(oldestMillis, receivedMillis);
    newestMillis = Math.max(newestMillis, receivedMillis);
    ids++;
  }

  long ids() {
    return ids;
  }

  long newestMillis() {
    return newestMillis;
  }

  /** Whether an id received then is better begun with in a new span. */
  boolean full(long receivedMillis, long spanMillis, long spanIds) {
    return ids >= spanIds || (ids > 0 && receivedMillis - oldestMillis >= spanMillis);
  }
}
