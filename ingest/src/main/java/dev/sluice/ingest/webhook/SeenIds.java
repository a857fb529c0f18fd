package dev.sluice.ingest.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The ids of calls that were taken, for as long as their signature is good, and no more of them
 * than were agreed on: beyond that the oldest is forgotten. Of what is under way the door bounds
 * the number.
 */
final class SeenIds {
  /** What is known of an id. */
  enum Standing {
    NEW,
    UNDER_WAY,
    TAKEN
  }

  private final int most;
  private final Duration keep;
  private final Map<String, Instant> taken = new LinkedHashMap<>();
  private final Set<String> underWay = new HashSet<>();

  SeenIds(int most, Duration keep) {
    this.most = most;
    this.keep = keep;
  }

  /** What is known of it; who is told that it is new says later what became of it. */
  synchronized Standing begin(String id, Instant now) {
    forgetBefore(now.minus(keep));
    if (taken.containsKey(id)) {
      return Standing.TAKEN;
    }
    return underWay.add(id) ? Standing.NEW : Standing.UNDER_WAY;
  }

  synchronized void taken(String id, Instant now) {
    underWay.remove(id);
    taken.put(id, now);
    if (taken.size() > most) {
      Iterator<String> oldest = taken.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** It may come again. */
  synchronized void failed(String id) {
    underWay.remove(id);
  }

  synchronized int size() {
    return taken.size();
  }

  private void forgetBefore(Instant due) {
    Iterator<Instant> times = taken.values().iterator();
    while (times.hasNext() && times.next().isBefore(due)) {
      times.remove();
    }
  }
}
