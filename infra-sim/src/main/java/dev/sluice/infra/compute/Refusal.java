package dev.sluice.infra.compute;

/** A wish that is not granted. Nothing was changed. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why, for programs. */
  public enum Reason {
    UNKNOWN_INSTANCE,
    INCORRECT_STATE,
    INSTANCE_LIMIT,
    TOKEN_MISMATCH,
    UNKNOWN_TYPE,
    UNKNOWN_ZONE,
    TAG_LIMIT,
    BAD_TAG
  }

  private final Reason reason;

  Refusal(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
