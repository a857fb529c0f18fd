package dev.sluice.ingest.recent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ids of one shard's rows, received within a window.
 *
 * <p>An id goes the way of its row: it is held, then sent, then landed and in the store, or
 * forgotten with the interval that was dropped. So what is read again is decided as if it had never
 * been read. What the store has is of use only if it is of the very offset the table stands at;
 * otherwise the table's rows are asked, when the first id shows which of them matter.
 */
public final class ShardIds {

  private static final long ALL = Long.MIN_VALUE;
  private static final long NO_NOTE = -1;

  /** Ids that are written at once: what is to be written lies in memory twice. */
  private static final int CHUNK = 10_000;

  private final String name;
  private final RecentIds home;
  private final List<Span> spans = new ArrayList<>();
  private FreshIds held = new FreshIds();
  private FreshIds sent = new FreshIds();
  private Optional<CommittedIds> toGather = Optional.empty();
  private long toGatherOffset;
  private long windowMillis;
  private long notedOffset = NO_NOTE;
  private long notedWindowMillis;
  private long knownSince = ALL;
  private long newestMillis = Long.MIN_VALUE;
  private int unwritten;

  ShardIds(String name, RecentIds home) {
    this.name = name;
    this.home = home;
  }

  void load(Note note, Map<Long, Span> into) {
    notedOffset = note.offset();
    notedWindowMillis = note.windowMillis();
    knownSince = note.knownSince();
    for (long number : note.spans()) {
      Span span = new Span(number, 0);
      spans.add(span);
      into.put(number, span);
    }
  }

  /** Called when all spans have their ids; a span without any was lost. */
  void loaded() {
    newestMillis = newestLanded();
    if (spans.stream().anyMatch(span -> span.ids() == 0)) {
      notedOffset = NO_NOTE;
      knownSince = ALL;
      spans.removeIf(span -> span.ids() == 0);
    }
  }

  private long newestLanded() {
    long newest = Long.MIN_VALUE;
    for (Span span : spans) {
      newest = Math.max(newest, span.newestMillis());
    }
    return newest;
  }

  void keep(Duration window) {
    windowMillis = window.toMillis();
  }

  /**
   * The shard is read from this offset on.
   *
   * @param rows what the table has before it, should it be needed
   */
  public void begin(long offset, CommittedIds rows) {
    forget();
    if (notedOffset == offset && windowMillis <= notedWindowMillis) {
      return;
    }
    drop();
    if (offset > 0) {
      toGather = Optional.of(rows);
      toGatherOffset = offset;
    }
  }

  /** Whether a row has the id already; if not, it is that of the next row. */
  public boolean seen(IdHash id, long receivedMillis) {
    if (toGather.isPresent()) {
      gather(toGather.get(), receivedMillis);
    }
    newestMillis = Math.max(newestMillis, receivedMillis);
    long since = receivedMillis - windowMillis;
    long high = id.high();
    long low = id.low();
    if (held.received(high, low) >= since
        || sent.received(high, low) >= since
        || stored(high, low, since)) {
      return true;
    }
    held.put(high, low, receivedMillis);
    return false;
  }

  private boolean stored(long high, long low, long since) {
    for (int i = spans.size() - 1; i >= 0; i--) {
      Span span = spans.get(i);
      if (span.newestMillis() >= since
          && span.sieve.mayHold(high, low)
          && home.store().received(span.number, high, low) >= since) {
        return true;
      }
    }
    return false;
  }

  /** The rows of what is held go their way to the table. */
  public void send() {
    FreshIds empty = sent;
    sent = held;
    held = empty;
  }

  /** They are in: the table needs this offset next. */
  public void landed(long offset) {
    if (toGather.isPresent()) {
      // Nothing with an id has been read since the shard was begun with.
      toGatherOffset = offset;
      return;
    }
    if (sent.size() > CHUNK) {
      // Written in part, it is of no offset.
      home.store().remove(name);
    }
    sent.each(this::store);
    sent.clear();
    expire();
    note(offset);
    home.economize();
  }

  /** What is held or on its way will never land: it is read again, here or elsewhere. */
  public void forget() {
    held.clear();
    sent.clear();
  }

  /** Nothing that is known can be trusted. */
  public void drop() {
    forget();
    spans.forEach(span -> home.store().remove(span.number));
    spans.clear();
    home.store().remove(name);
    home.store().write();
    toGather = Optional.empty();
    notedOffset = NO_NOTE;
    knownSince = ALL;
    newestMillis = Long.MIN_VALUE;
  }

  private void gather(CommittedIds rows, long firstMillis) {
    toGather = Optional.empty();
    try {
      rows.since(
          firstMillis - windowMillis,
          (id, receivedMillis) -> store(id.high(), id.low(), receivedMillis));
      home.watcher().gathered(ids());
    } catch (IdsLostException e) {
      throw e;
    } catch (RuntimeException e) {
      drop();
      knownSince = firstMillis;
      home.watcher().notGathered(name, e);
    }
    note(toGatherOffset);
    home.economize();
  }

  private void store(long high, long low, long receivedMillis) {
    Span last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
    if (last == null || last.full(receivedMillis, windowMillis / RecentIds.PARTS, home.spanIds())) {
      last = home.begin(last == null ? 0 : last.ids());
      spans.add(last);
      home.economize();
    }
    last.add(high, low, receivedMillis);
    newestMillis = Math.max(newestMillis, receivedMillis);
    home.store().put(last.number, high, low, receivedMillis);
    if (++unwritten >= CHUNK) {
      home.store().write();
      unwritten = 0;
    }
  }

  private void expire() {
    // What was read beyond may have to be read again.
    long since = newestLanded() - windowMillis;
    spans.removeIf(
        span -> {
          boolean over = span.newestMillis() < since;
          if (over) {
            home.store().remove(span.number);
          }
          return over;
        });
  }

  private void note(long offset) {
    notedOffset = offset;
    notedWindowMillis = windowMillis;
    home.store()
        .put(
            name,
            new Note(
                offset,
                windowMillis,
                knownSince,
                spans.stream().map(span -> span.number).toList()));
    home.store().write();
    unwritten = 0;
  }

  long ids() {
    long ids = 0;
    for (Span span : spans) {
      ids += span.ids();
    }
    return ids;
  }

  /** The span that goes first when the budget is spent is known by its newest id. */
  long oldestMillis() {
    return spans.get(0).newestMillis();
  }

  long forgetOldest() {
    Span span = spans.remove(0);
    home.store().remove(span.number);
    if (newestMillis - span.newestMillis() <= windowMillis) {
      knownSince = Math.max(knownSince, span.newestMillis() + 1);
      home.watcher().forgotten(span.ids());
    }
    if (notedOffset != NO_NOTE) {
      note(notedOffset);
    }
    return span.ids();
  }

  /** How far back from the newest id all ids are known: the window, or less. */
  public Duration known() {
    if (knownSince == ALL) {
      return Duration.ofMillis(windowMillis);
    }
    long millis = newestMillis < knownSince ? 0 : newestMillis - knownSince;
    return Duration.ofMillis(Math.min(windowMillis, millis));
  }

  /** Memory of the ids that are not committed, about. */
  public long freshBytes() {
    return (held.size() + (long) sent.size()) * 2 * 3 * Long.BYTES;
  }
}
