package dev.sluice.daemon;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, written as {@code 512}, {@code 64KiB}, {@code 16MiB}, {@code 2GiB}. */
public record ByteSize(long bytes) {
  private static final Pattern NOTATION = Pattern.compile("(\\d{1,15})\\s*([a-zA-Z]*)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "",
          1L,
          "b",
          1L,
          "kib",
          1L << 10,
          "mib",
          1L << 20,
          "gib",
          1L << 30,
          "tib",
          1L << 40,
          "kb",
          1_000L,
          "mb",
          1_000_000L,
          "gb",
          1_000_000_000L);

  public ByteSize {
    if (bytes < 0) {
      throw new SettingsException("a size is negative: " + bytes);
    }
  }

  public static ByteSize parse(String text) {
    Matcher matcher = NOTATION.matcher(text.strip());
    if (matcher.matches()) {
      Long unit = UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT));
      if (unit != null) {
        return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
      }
    }
    throw new SettingsException("not a size: '" + text + "'; write 512, 64KiB, 16MiB or 2GiB");
  }

  /** The size as an int, for APIs that take one. */
  public int intBytes() {
    return Math.toIntExact(bytes);
  }
}
