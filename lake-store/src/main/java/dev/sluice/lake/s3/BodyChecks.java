package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.Checksum;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a request says its body amounts to: Content-MD5, and one checksum in a header or in a
 * trailing header.
 */
final class BodyChecks {
  private final Optional<String> md5Hex;
  private final Map<Checksum, String> announced = new EnumMap<>(Checksum.class);
  private final Set<Checksum> algorithms = EnumSet.noneOf(Checksum.class);

  static BodyChecks of(S3Request request, Operation operation) {
    return new BodyChecks(request, operation);
  }

  private BodyChecks(S3Request request, Operation operation) {
    md5Hex = request.header("content-md5").map(BodyChecks::md5Hex);
    // Completing an upload, the checksum header speaks of the object and not of the body.
    if (operation != Operation.COMPLETE_MULTIPART_UPLOAD) {
      for (Checksum each : Checksum.values()) {
        request.header(each.header()).ifPresent(value -> announced.put(each, value));
      }
    }
    algorithms.addAll(announced.keySet());
    request.header("x-amz-trailer").ifPresent(value -> algorithms.add(trailer(value)));
    if (algorithms.size() > 1) {
      throw invalid(
          "Expecting a single x-amz-checksum- header. Multiple checksum types are not allowed.");
    }
    request.header("x-amz-sdk-checksum-algorithm").ifPresent(this::checkNamed);
  }

  private static Checksum trailer(String names) {
    String name = names.trim().toLowerCase(Locale.ROOT);
    return Checksum.ofHeader(name)
        .orElseThrow(() -> Faults.notImplemented("the trailing header " + name));
  }

  private void checkNamed(String algorithm) {
    if (algorithms.stream().noneMatch(each -> each.name().equalsIgnoreCase(algorithm))) {
      throw invalid(
          algorithms.isEmpty()
              ? "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or"
                  + " x-amz-trailer headers were found."
              : "Value for x-amz-sdk-checksum-algorithm header is invalid.");
    }
  }

  private static String md5Hex(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64.trim());
      if (bytes.length == 16) {
        return HexFormat.of().formatHex(bytes);
      }
    } catch (IllegalArgumentException e) {
      // Falls through: not base 64 is as invalid as a wrong length.
    }
    throw new AwsFault(400, "InvalidDigest", "The Content-MD5 you specified is not valid.");
  }

  Set<Checksum> algorithms() {
    return algorithms;
  }

  void verify(String actualMd5Hex, Map<Checksum, String> actual, Map<String, String> trailers) {
    if (md5Hex.isPresent() && !md5Hex.get().equals(actualMd5Hex)) {
      throw new AwsFault(
          400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
    }
    for (String name : trailers.keySet()) {
      if (Checksum.ofHeader(name).filter(algorithms::contains).isEmpty()) {
        throw malformedTrailer();
      }
    }
    for (Checksum each : algorithms) {
      boolean trailing = !announced.containsKey(each);
      String expected = trailing ? trailers.get(each.header()) : announced.get(each);
      if (expected == null) {
        throw malformedTrailer();
      }
      if (!expected.equals(actual.get(each))) {
        throw mismatch(each, expected, actual.getOrDefault(each, ""), trailing);
      }
    }
  }

  private static AwsFault mismatch(
      Checksum algorithm, String expected, String actual, boolean trailing) {
    boolean wellFormed;
    try {
      wellFormed =
          Base64.getDecoder().decode(expected).length == Base64.getDecoder().decode(actual).length;
    } catch (IllegalArgumentException e) {
      wellFormed = false;
    }
    if (!wellFormed) {
      return invalid(
          "Value for "
              + algorithm.header()
              + (trailing ? " trailing header is invalid." : " header is invalid."));
    }
    return new AwsFault(
        400,
        "BadDigest",
        "The " + algorithm + " you specified did not match the calculated checksum.");
  }

  private static AwsFault malformedTrailer() {
    return new AwsFault(
        400,
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our"
            + " published schema.");
  }

  private static AwsFault invalid(String message) {
    return new AwsFault(400, "InvalidRequest", message);
  }
}
