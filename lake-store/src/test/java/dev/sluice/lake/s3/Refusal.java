package dev.sluice.lake.s3;

import software.amazon.awssdk.services.s3.model.S3Exception;

/** What a call of the AWS SDK is refused with. */
final class Refusal {
  private Refusal() {}

  /** The status and the code, or 200. */
  static String of(Runnable call) {
    try {
      call.run();
    } catch (S3Exception e) {
      return e.statusCode() + " " + e.awsErrorDetails().errorCode();
    }
    return "200";
  }
}
