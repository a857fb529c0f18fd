package dev.sluice.transform.job;

import java.util.Optional;

/** A job that says whose it is, and when it runs by itself. */
public interface Owned {
  /** Whom to ask. */
  Optional<String> owner();

  /** When it runs, as a schedule is written; none is with the others. */
  Optional<String> schedule();
}
