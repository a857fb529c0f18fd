package dev.sluice.lake.book.said;

import dev.sluice.daemon.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Classes of personal data, and how values of each are masked unless something else is said. */
public enum Pii {
  NAME(Mask.HIDE),
  EMAIL(Mask.PARTIAL),
  PHONE(Mask.PARTIAL),
  ADDRESS(Mask.HIDE),
  LOCATION(Mask.HIDE),
  IP(Mask.PARTIAL),
  ID(Mask.HASH),
  FINANCIAL(Mask.HIDE),
  HEALTH(Mask.HIDE),
  OTHER(Mask.HIDE);

  private final Mask mask;

  Pii(Mask mask) {
    this.mask = mask;
  }

  public Mask mask() {
    return mask;
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(Pii::word).toList();
  }

  public static Pii of(String word) {
    return Arrays.stream(values())
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new RefusedEditException(
                    "there is no PII class '" + word + "'" + Nearest.hint(word, words())));
  }
}
