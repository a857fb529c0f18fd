package dev.sluice.ingest.protocol;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the offsets of one shard that were read and are not committed, as each of the
 * tables of its stream accounts for it. A row, or a duplicate, is one table's and passed over by
 * the others; a dead letter or a control record is every table's. A table that stood further than
 * the shard is read from has no account of what it has.
 */
public final class Accounts {

  private final long[] stands;
  private final Tally[] tallies;

  /**
   * Nothing yet.
   *
   * @param next where each table stands
   */
  public Accounts(List<Long> next) {
    this.stands = next.stream().mapToLong(Long::longValue).toArray();
    this.tallies = new Tally[stands.length];
    for (int i = 0; i < tallies.length; i++) {
      tallies[i] = new Tally();
    }
  }

  /** Whether the table at this place has the offset: nothing is counted for it. */
  public boolean has(int place, long offset) {
    return offset < stands[place];
  }

  public void row(int place, long checksum) {
    tallies[place].row(checksum);
  }

  public void duplicate(int place) {
    tallies[place].duplicate();
  }

  public void deadLetter(long offset) {
    for (int i = 0; i < tallies.length; i++) {
      if (!has(i, offset)) {
        tallies[i].deadLetter();
      }
    }
  }

  /** Offsets [from, to) were passed over by a reader of committed records. */
  public void control(long from, long to) {
    for (int i = 0; i < tallies.length; i++) {
      tallies[i].control(Math.max(0, to - Math.max(from, stands[i])));
    }
  }

  /**
   * The intervals, by the tables' places; counting begins anew behind them.
   *
   * @param from where the intervals before ended
   */
  public Map<Integer, Interval> close(LogShard shard, long from, long to) {
    Map<Integer, Interval> intervals = new HashMap<>();
    for (int i = 0; i < tallies.length; i++) {
      long begin = Math.max(from, stands[i]);
      if (begin < to) {
        intervals.put(i, new Interval(shard, begin, to, tallies[i].counts(to - begin)));
      }
    }
    clear();
    return intervals;
  }

  public void clear() {
    for (Tally tally : tallies) {
      tally.clear();
    }
  }
}
