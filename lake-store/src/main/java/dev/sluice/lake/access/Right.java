package dev.sluice.lake.access;

/** What a key may do; each right includes those before it. */
public enum Right {
  /** Read and list. */
  READ,
  /** Write and delete objects. */
  WRITE,
  /** Create, configure and delete buckets. */
  OWN
}
