package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.Checksum;
import java.util.Map;
import java.util.Set;

/**
 * Which {@code x-amz-*} headers we know. One that is not here means something we would otherwise
 * ignore.
 */
final class HeaderRules {
  private static final Set<String> KNOWN =
      Set.of(
          "x-amz-date",
          "x-amz-content-sha256",
          "x-amz-decoded-content-length",
          "x-amz-trailer",
          "x-amz-sdk-checksum-algorithm",
          "x-amz-checksum-algorithm",
          "x-amz-checksum-mode",
          "x-amz-checksum-type",
          "x-amz-user-agent",
          // Offers to take an appended MD5; an answer without x-amz-transfer-encoding declines.
          "x-amz-te",
          "x-amz-metadata-directive",
          "x-amz-if-match-last-modified-time",
          "x-amz-if-match-size",
          "x-amz-mp-object-size",
          "x-amz-copy-source",
          "x-amz-copy-source-range",
          "x-amz-copy-source-if-match",
          "x-amz-copy-source-if-none-match",
          "x-amz-copy-source-if-modified-since",
          "x-amz-copy-source-if-unmodified-since");

  /** Headers that may only say what holds anyway. */
  private static final Map<String, Set<String>> LIMITED =
      Map.of(
          "x-amz-acl", Set.of("private", "bucket-owner-full-control"),
          "x-amz-storage-class", Set.of("STANDARD"),
          "x-amz-object-ownership", Set.of("BucketOwnerEnforced"),
          "x-amz-bucket-object-lock-enabled", Set.of("false"),
          "x-amz-tagging", Set.of(""),
          "x-amz-tagging-directive", Set.of("COPY"));

  private HeaderRules() {}

  static void check(S3Request request) {
    for (String name : request.wire().headers().keySet()) {
      if (name.equals("x-amz-security-token")) {
        throw temporaryKey();
      }
      String value = request.header(name).orElse("");
      boolean known =
          !name.startsWith("x-amz-")
              || name.startsWith("x-amz-meta-")
              || KNOWN.contains(name)
              || Checksum.ofHeader(name).isPresent()
              || LIMITED.getOrDefault(name, Set.of()).contains(value);
      if (!known) {
        throw Faults.notImplemented("the header " + name + ": " + value);
      }
    }
    if (request.method().equals("PUT") && request.header("content-range").isPresent()) {
      throw Faults.notImplemented("the header content-range on PUT");
    }
  }

  static AwsFault temporaryKey() {
    return new AwsFault(
        400, "InvalidToken", "The provided token is malformed or otherwise invalid.");
  }
}
