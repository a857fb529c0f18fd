package dev.sluice.lake.object;

import java.util.OptionalLong;

/**
 * Version ids: the version's sequence number and a random half, so that the row is found without an
 * index.
 */
final class VersionId {
  static final String NULL = "null";

  private VersionId() {}

  static String of(long sequence, long random) {
    return String.format("%016x%016x", sequence, random);
  }

  /**
   * The sequence a version id names; empty for {@code null} and for ids that no store of ours gave
   * out.
   */
  static OptionalLong sequence(String id) {
    if (!id.matches("[0-9a-f]{32}") || id.charAt(0) > '7') {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(id.substring(0, 16), 16));
  }
}
