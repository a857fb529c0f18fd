package dev.sluice.lake.catalog;

import dev.sluice.awswire.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/** Entity tags: the same for the same answer, and for no other. */
final class Tags {
  private static final int SHOWN = 16;

  private Tags() {}

  static String of(String... parts) {
    return '"' + HexFormat.of().formatHex(digest(parts), 0, SHOWN) + '"';
  }

  static byte[] digest(String... parts) {
    MessageDigest digest = Digests.sha256();
    for (String part : parts) {
      digest.update(part.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
    return digest.digest();
  }

  /** Whether the client has what the tag stands for. */
  static boolean match(Optional<String> asked, String tag) {
    if (asked.isEmpty()) {
      return false;
    }
    for (String each : asked.get().split(",", -1)) {
      String plain = each.strip();
      if (plain.equals("*") || plain.equals(tag) || plain.equals("W/" + tag)) {
        return true;
      }
    }
    return false;
  }
}
