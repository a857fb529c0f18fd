package dev.sluice.transform.schedule;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Properties of no table, which can be out of reach or lose an answer. */
final class PropertiesInMemory implements SharedProperties {
  /** What goes wrong with the next calls, one each. */
  enum Fault {
    NONE,
    /** Nothing comes through. */
    UNREACHABLE,
    /** There is no table. */
    MISSING,
    /** It is set, and nobody says so. */
    ANSWER_LOST
  }

  private final Map<String, String> values = new TreeMap<>();
  private final Deque<Fault> faults = new ArrayDeque<>();
  private long version;
  private int swaps;

  void next(Fault... coming) {
    faults.addAll(List.of(coming));
  }

  /** How often something was set. */
  int swaps() {
    return swaps;
  }

  @Override
  public synchronized Seen read() throws IOException {
    Fault fault = fault();
    if (fault == Fault.MISSING) {
      throw new Missing("there is no table");
    }
    if (fault != Fault.NONE) {
      throw new IOException("nobody answers");
    }
    return new Seen(values, version, "");
  }

  @Override
  public synchronized Swap swap(Seen seen, Map<String, String> set) throws IOException {
    Fault fault = fault();
    if (fault == Fault.UNREACHABLE) {
      return Swap.UNKNOWN;
    }
    if (seen.version() != version) {
      return Swap.BEATEN;
    }
    values.putAll(set);
    version++;
    swaps++;
    return fault == Fault.ANSWER_LOST ? Swap.UNKNOWN : Swap.DONE;
  }

  private Fault fault() {
    return faults.isEmpty() ? Fault.NONE : faults.pop();
  }
}
