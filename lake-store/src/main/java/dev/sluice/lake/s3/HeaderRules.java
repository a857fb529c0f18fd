package dev.sluice.lake.s3;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.Checksum;
import java.util.EnumSet;
import java.util.List;
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
          "x-amz-mp-object-size",
          "x-amz-copy-source");

  private static final Set<Operation> CREATING =
      EnumSet.of(Operation.PUT_OBJECT, Operation.COPY_OBJECT, Operation.CREATE_MULTIPART_UPLOAD);
  private static final Set<Operation> COPYING =
      EnumSet.of(Operation.COPY_OBJECT, Operation.UPLOAD_PART_COPY);
  private static final Set<Operation> CONDITIONAL =
      EnumSet.of(Operation.PUT_OBJECT, Operation.COPY_OBJECT, Operation.COMPLETE_MULTIPART_UPLOAD);

  /** Headers that mean something to some operations only, and would be ignored by others. */
  private static final Map<String, Set<Operation>> ONLY =
      Map.ofEntries(
          Map.entry("x-amz-tagging", CREATING),
          Map.entry("x-amz-website-redirect-location", CREATING),
          Map.entry("x-amz-metadata-directive", EnumSet.of(Operation.COPY_OBJECT)),
          Map.entry("x-amz-tagging-directive", EnumSet.of(Operation.COPY_OBJECT)),
          Map.entry("x-amz-copy-source-range", EnumSet.of(Operation.UPLOAD_PART_COPY)),
          Map.entry("x-amz-copy-source-if-match", COPYING),
          Map.entry("x-amz-copy-source-if-none-match", COPYING),
          Map.entry("x-amz-copy-source-if-modified-since", COPYING),
          Map.entry("x-amz-copy-source-if-unmodified-since", COPYING),
          Map.entry("x-amz-if-match-last-modified-time", EnumSet.of(Operation.DELETE_OBJECT)),
          Map.entry("x-amz-if-match-size", EnumSet.of(Operation.DELETE_OBJECT)),
          Map.entry("x-amz-object-attributes", EnumSet.of(Operation.GET_OBJECT_ATTRIBUTES)),
          Map.entry("x-amz-max-parts", EnumSet.of(Operation.GET_OBJECT_ATTRIBUTES)),
          Map.entry("x-amz-part-number-marker", EnumSet.of(Operation.GET_OBJECT_ATTRIBUTES)));

  /** Headers that may only say what holds anyway. */
  private static final Map<String, Set<String>> LIMITED =
      Map.of(
          "x-amz-acl", Set.of("private", "bucket-owner-full-control"),
          "x-amz-storage-class", Set.of("STANDARD"),
          // s3fs says so of uploads in parts, whose metadata are never another's.
          "x-amz-metadata-directive", Set.of("REPLACE"),
          "x-amz-object-ownership", Set.of("BucketOwnerEnforced"),
          "x-amz-bucket-object-lock-enabled", Set.of("false"));

  private HeaderRules() {}

  static void check(S3Request request, Operation operation) {
    for (String name : request.wire().headers().keySet()) {
      if (name.equals("x-amz-security-token")) {
        throw temporaryKey();
      }
      String value = request.header(name).orElse("");
      boolean known =
          !name.startsWith("x-amz-")
              || name.startsWith("x-amz-meta-")
              || KNOWN.contains(name)
              || ONLY.getOrDefault(name, Set.of()).contains(operation)
              || Checksum.ofHeader(name).isPresent()
              || LIMITED.getOrDefault(name, Set.of()).contains(value);
      if (!known) {
        throw Faults.notImplemented("the header " + name + ": " + value);
      }
    }
    if (Set.of("PUT", "POST", "DELETE").contains(request.method())) {
      conditions(request, operation);
    }
    if (request.method().equals("PUT") && request.header("content-range").isPresent()) {
      throw Faults.notImplemented("the header content-range on PUT");
    }
  }

  /** A condition that a write does not look at must not seem to have held. */
  private static void conditions(S3Request request, Operation operation) {
    for (String name :
        List.of("if-match", "if-none-match", "if-modified-since", "if-unmodified-since")) {
      boolean looked =
          (name.equals("if-match") && operation == Operation.DELETE_OBJECT)
              || (name.endsWith("-match") && CONDITIONAL.contains(operation));
      if (!looked && request.header(name).isPresent()) {
        throw Faults.notImplemented("the header " + name + " of " + operation.title());
      }
    }
  }

  static AwsFault temporaryKey() {
    return new AwsFault(
        400, "InvalidToken", "The provided token is malformed or otherwise invalid.");
  }
}
