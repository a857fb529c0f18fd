package dev.sluice.lake.power;

/**
 * A power loss: so many calls of the recording were made, and the disk kept of them what it had to,
 * and more at its whim.
 *
 * @param seed of the whim
 */
record Cut(int moment, Survival survival, long seed) {
  /** What a disk keeps beyond what was synced. */
  enum Survival {
    /** Nothing. */
    SYNCED_ONLY,
    /** All, as when only the process dies. */
    EVERYTHING,
    /**
     * Names up to some moment, and of each file's bytes those up to some moment of its own, the
     * last write torn.
     */
    IN_ORDER,
    /** Of each directory the names up to some moment of its own, and any pages of any file. */
    ANY
  }
}
