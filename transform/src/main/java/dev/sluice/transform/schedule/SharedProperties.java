package dev.sluice.transform.schedule;

import java.io.IOException;
import java.util.Map;

/** Properties that several runners share, and that change only from what the changer read. */
interface SharedProperties {
  /**
   * What was read.
   *
   * @param values all of them
   * @param version one more with each swap
   * @param place where the store finds what it compares with
   */
  record Seen(Map<String, String> values, long version, String place) {
    public Seen {
      values = Map.copyOf(values);
    }
  }

  /** There is nothing yet that has properties which can be swapped. */
  final class Missing extends IOException {
    private static final long serialVersionUID = 1L;

    Missing(String message) {
      super(message);
    }
  }

  /** How a swap ended. */
  enum Swap {
    /** The properties are set. */
    DONE,
    /** Somebody else was first, and nothing is set. */
    BEATEN,
    /** No answer came: it is set, or will be, or not. */
    UNKNOWN
  }

  Seen read() throws IOException;

  /** Sets properties, if since {@code seen} nobody swapped. */
  Swap swap(Seen seen, Map<String, String> set) throws IOException;
}
