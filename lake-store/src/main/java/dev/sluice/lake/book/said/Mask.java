package dev.sluice.lake.book.said;

import dev.sluice.daemon.Nearest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How a value is shown that not everybody is to see. */
public enum Mask {
  /** Nothing of it. */
  HIDE,
  /** The same mark for the same value, from which it cannot be told without the lake's key. */
  HASH,
  /** Enough to recognise it by. */
  PARTIAL;

  private static final String HIDDEN = "•••";
  private static final int MARK_BYTES = 8;
  private static final int SHORT = 4;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(Mask::word).toList();
  }

  public static Mask of(String word) {
    return Arrays.stream(values())
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new RefusedEditException(
                    "there is no way '" + word + "' to mask" + Nearest.hint(word, words())));
  }

  /**
   * @param key the lake's own
   */
  public String apply(String value, byte[] key) {
    return switch (this) {
      case HIDE -> HIDDEN;
      case HASH -> mark(value, key);
      case PARTIAL -> some(value);
    };
  }

  private static String mark(String value, byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] whole = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
      return "#" + HexFormat.of().formatHex(Arrays.copyOf(whole, MARK_BYTES));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** An address keeps its domain, anything else its last two characters when it has more. */
  private static String some(String value) {
    int at = value.lastIndexOf('@');
    if (at > 0) {
      return value.substring(0, value.offsetByCodePoints(0, 1)) + HIDDEN + value.substring(at);
    }
    int length = value.codePointCount(0, value.length());
    return length <= SHORT
        ? HIDDEN
        : HIDDEN + value.substring(value.offsetByCodePoints(value.length(), -2));
  }
}
