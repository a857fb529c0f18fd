package dev.sluice.lake.object;

import java.util.Locale;

/** What a bucket's writers may count on when they are answered. */
public enum Durability {
  /** What was acknowledged is on disk. */
  SYNC,
  /** It is written, and on disk within the batch interval: a power loss may take what is newer. */
  BATCH,
  /** It is written; when it reaches the disk is the operating system's business. */
  NONE;

  /** The word settings and requests use. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
