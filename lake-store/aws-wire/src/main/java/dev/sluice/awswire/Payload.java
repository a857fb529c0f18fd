package dev.sluice.awswire;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** What a request says about its body in {@code x-amz-content-sha256}. */
public sealed interface Payload {
  /** The body's SHA-256 is part of the signature. */
  record Hashed(String sha256Hex) implements Payload {}

  /** The signature does not cover the body. */
  record Unsigned() implements Payload {}

  /** {@code aws-chunked}, each chunk signed; perhaps with signed trailing headers. */
  record SignedChunks(boolean trailer) implements Payload {}

  /** {@code aws-chunked} without signatures, with trailing headers. */
  record UnsignedChunks() implements Payload {}

  static Payload of(Optional<String> contentSha256) {
    if (contentSha256.isEmpty()) {
      return new Unsigned();
    }
    String value = contentSha256.get();
    return switch (value) {
      case "UNSIGNED-PAYLOAD" -> new Unsigned();
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" -> new SignedChunks(false);
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" -> new SignedChunks(true);
      case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> new UnsignedChunks();
      default -> hashed(value);
    };
  }

  private static Payload hashed(String value) {
    if (value.length() == 64 && value.chars().allMatch(HexFormat::isHexDigit)) {
      return new Hashed(value.toLowerCase(Locale.ROOT));
    }
    if (value.startsWith("STREAMING-")) {
      throw new AwsFault(501, "NotImplemented", "The payload form " + value + " is not known.");
    }
    throw new AwsFault(
        400,
        "InvalidArgument",
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-..., or a SHA-256 in"
            + " hexadecimal.");
  }

  default boolean chunked() {
    return this instanceof SignedChunks || this instanceof UnsignedChunks;
  }
}
