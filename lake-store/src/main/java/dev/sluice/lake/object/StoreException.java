package dev.sluice.lake.object;

import java.util.Objects;

/** A request the store cannot fulfil, named by what is wrong with it. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Reason {
    NO_SUCH_BUCKET,
    BUCKET_EXISTS,
    BUCKET_TAKEN,
    BUCKET_NOT_EMPTY,
    INVALID_BUCKET_NAME,
    TOO_MANY_BUCKETS,
    NO_SUCH_KEY,
    NO_SUCH_VERSION,
    /** What was named is a delete marker. */
    MARKER,
    INVALID_KEY,
    KEY_TOO_LONG,
    METADATA_TOO_LARGE,
    OBJECT_TOO_LARGE,
    NO_SUCH_UPLOAD,
    INVALID_PART,
    INVALID_PART_ORDER,
    PART_TOO_SMALL,
    CHECKSUM_MISMATCH,
    PRECONDITION_FAILED,
    INVALID_VERSIONING,
    INVALID_ARGUMENT,
    DISK_FULL,
    DAMAGED
  }

  private final Reason reason;

  public StoreException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = Objects.requireNonNull(reason);
  }

  public Reason reason() {
    return reason;
  }
}
