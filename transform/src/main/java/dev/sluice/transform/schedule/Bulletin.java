package dev.sluice.transform.schedule;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The board where runners and people see it. Who is beaten reads again and decides again. */
final class Bulletin {
  private static final int TRIES = 20;

  private final SharedProperties properties;

  Bulletin(SharedProperties properties) {
    this.properties = properties;
  }

  /**
   * @param seen what it was read from
   */
  record Reading(Board board, SharedProperties.Seen seen) {}

  Reading read() throws IOException {
    SharedProperties.Seen seen = properties.read();
    return new Reading(Board.read(seen.values()), seen);
  }

  /** Writes what differs, if nobody wrote since. */
  SharedProperties.Swap write(Reading from, Board to) throws IOException {
    Map<String, String> changed = new TreeMap<>(to.properties());
    changed.entrySet().removeAll(from.seen().values().entrySet());
    return properties.swap(from.seen(), changed);
  }

  /**
   * Changes the board as {@code change} says of the one that is there, as often as others are
   * first; nothing is written where it says nothing. Gives the board as it is then. Who fails may
   * have changed it.
   */
  Board change(Function<Board, Optional<Board>> change) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      Reading reading = read();
      Optional<Board> changed = change.apply(reading.board());
      if (changed.isEmpty()) {
        return reading.board();
      }
      switch (write(reading, changed.get())) {
        case DONE -> {
          return changed.get();
        }
        case BEATEN -> {}
        case UNKNOWN -> throw new IOException("nobody said whether the schedule was changed");
      }
    }
    throw new IOException("others changed the schedule " + TRIES + " times before it could be");
  }
}
