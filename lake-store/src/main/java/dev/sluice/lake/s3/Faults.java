package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.lake.object.StoreException;

/** What is wrong, in S3's words (Amazon S3 API Reference, "Error responses"). */
final class Faults {
  static final String SLOW = "RequestTimeout";

  /**
   * A server's fault, as 500 is, that clients do not try again: the SDKs repeat 500, 502, 503 and
   * 504, and what is damaged is so the next time too.
   */
  private static final int DAMAGED = 560;

  private Faults() {}

  static AwsFault of(StoreException e) {
    String message = e.getMessage();
    return switch (e.reason()) {
      case NO_SUCH_BUCKET -> new AwsFault(404, "NoSuchBucket", message);
      case BUCKET_EXISTS -> new AwsFault(409, "BucketAlreadyOwnedByYou", message);
      case BUCKET_TAKEN -> new AwsFault(409, "BucketAlreadyExists", message);
      case BUCKET_NOT_EMPTY -> new AwsFault(409, "BucketNotEmpty", message);
      case INVALID_BUCKET_NAME -> new AwsFault(400, "InvalidBucketName", message);
      case TOO_MANY_BUCKETS -> new AwsFault(400, "TooManyBuckets", message);
      case NO_SUCH_KEY -> new AwsFault(404, "NoSuchKey", message);
      case NO_SUCH_VERSION -> new AwsFault(404, "NoSuchVersion", message);
      case MARKER -> methodNotAllowed();
      case INVALID_KEY -> new AwsFault(400, "InvalidURI", message);
      case KEY_TOO_LONG -> new AwsFault(400, "KeyTooLongError", message);
      case METADATA_TOO_LARGE -> new AwsFault(400, "MetadataTooLarge", message);
      case OBJECT_TOO_LARGE -> new AwsFault(400, "EntityTooLarge", message);
      case NO_SUCH_UPLOAD -> new AwsFault(404, "NoSuchUpload", message);
      case INVALID_PART -> new AwsFault(400, "InvalidPart", message);
      case INVALID_PART_ORDER -> new AwsFault(400, "InvalidPartOrder", message);
      case PART_TOO_SMALL -> new AwsFault(400, "EntityTooSmall", message);
      case CHECKSUM_MISMATCH -> new AwsFault(400, "BadDigest", message);
      case PRECONDITION_FAILED -> new AwsFault(412, "PreconditionFailed", message);
      case INVALID_VERSIONING ->
          new AwsFault(400, "IllegalVersioningConfigurationException", message);
      case INVALID_ARGUMENT -> invalidArgument(message);
      case DISK_FULL -> new AwsFault(507, "InsufficientStorage", message);
      case DAMAGED -> new AwsFault(DAMAGED, "ObjectDamaged", message);
    };
  }

  static AwsFault invalidArgument(String message) {
    return new AwsFault(400, "InvalidArgument", message);
  }

  static AwsFault notImplemented(String what) {
    return new AwsFault(
        501,
        "NotImplemented",
        "A header or parameter you provided implies functionality that is not implemented: "
            + what
            + ".");
  }

  static AwsFault methodNotAllowed() {
    return new AwsFault(
        405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
  }

  static AwsFault denied(String why) {
    return new AwsFault(403, "AccessDenied", "Access Denied: " + why);
  }

  static AwsFault malformedXml() {
    return new AwsFault(
        400,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published"
            + " schema");
  }

  static AwsFault internal() {
    return new AwsFault(
        500, "InternalError", "We encountered an internal error. Please try again.");
  }

  /** The client was too slow; the connection is closed. */
  static AwsFault slow() {
    return new AwsFault(
        400,
        SLOW,
        "Your socket connection to the server was not read from or written to within the timeout"
            + " period.");
  }

  static AwsFault noSuchKey() {
    return new AwsFault(404, "NoSuchKey", "The specified key does not exist.");
  }
}
