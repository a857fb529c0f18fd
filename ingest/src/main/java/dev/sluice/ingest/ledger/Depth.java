package dev.sluice.ingest.ledger;

import java.util.Locale;

/** How much of each row a verification looks at. */
public enum Depth {
  /** Where it lay in the log: finds what is missing, doubled, invented or miscounted. */
  PLACES,

  /** All its values, decoded from the log again: finds what was altered too. */
  VALUES;

  /** The name as answers write it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
