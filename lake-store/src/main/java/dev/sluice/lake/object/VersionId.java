package dev.sluice.lake.object;

import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * Version ids: the version's sequence number and a random half, so that the row is found without an
 * index.
 */
final class VersionId {
  static final String NULL = "null";

  private VersionId() {}

  static String of(long sequence, long random) {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(sequence) + hex.toHexDigits(random);
  }

  /**
   * The sequence a version id names; empty for {@code null} and for ids that no store of ours gave
   * out.
   */
  static OptionalLong sequence(String id) {
    if (!Names.valid(id) || id.charAt(0) > '7') {
      return OptionalLong.empty();
    }
    return OptionalLong.of(HexFormat.fromHexDigitsToLong(id, 0, 16));
  }
}
