package dev.sluice.lake.s3;

/** Whole numbers as clients write them. */
final class Numbers {
  private Numbers() {}

  /** Whether there is at least one character, and all are decimal digits of ASCII. */
  static boolean digits(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) < '0' || text.charAt(at) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** As {@link #digits}, and not more than so many. */
  static boolean digits(String text, int max) {
    return text.length() <= max && digits(text);
  }
}
