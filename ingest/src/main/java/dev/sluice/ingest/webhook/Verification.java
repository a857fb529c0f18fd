package dev.sluice.ingest.webhook;

/** How calls of one webhook show that they are genuine. Pure: the call says when it came. */
interface Verification {
  Verdict of(Call call);

  /** What of the call may be believed once it is genuine. */
  default Call believed(Call call) {
    return call;
  }

  /** Whether the body is all that may be believed. */
  default boolean onlyBody() {
    return false;
  }
}
