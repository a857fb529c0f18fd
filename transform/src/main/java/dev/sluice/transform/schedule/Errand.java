package dev.sluice.transform.schedule;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What can be run: some words, as one would type them after {@code ./sluice etl}. */
public interface Errand {
  /** Begins it. */
  Going start(List<String> words) throws IOException;

  /** One that was begun. */
  interface Going {
    /** Waits, but no longer than {@code longest}; how it ended, if it did. */
    Optional<Ending> await(Duration longest) throws InterruptedException;

    /** Ends it, and returns when it and all it began is gone. */
    void stop() throws InterruptedException;
  }

  /**
   * How it ended.
   *
   * @param why one line; empty if it went well
   */
  record Ending(int exit, String why) {
    public boolean well() {
      return exit == 0;
    }
  }
}
