package dev.sluice.lake.access;

/** Who asks. */
public sealed interface Caller {
  /** Nobody in particular. */
  record Anonymous() implements Caller {}

  /** Whoever holds the secret of this key. */
  record KeyHolder(String accessKey) implements Caller {}
}
