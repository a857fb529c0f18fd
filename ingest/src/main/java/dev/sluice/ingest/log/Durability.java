package dev.sluice.ingest.log;

import java.util.Locale;

/** When an append is on the broker's disk, against when its producer is answered. */
public enum Durability {
  /** Before the answer: a power cut takes nothing acknowledged. */
  SYNC,
  /** Some time after the answer, at most the flush interval: a power cut may take that much. */
  BATCH,
  /** When the operating system writes it: a killed broker loses nothing, a power cut may. */
  NONE;

  /** The name as settings and receipts write it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
