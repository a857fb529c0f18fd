package dev.sluice.lake.name;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Levels with dots between them. A level that holds a dot itself has it as {@code %2E}, and a
 * percent sign as {@code %25}: so {@code gold.eu} is {@code eu} inside of {@code gold}, and a
 * namespace of that one name is {@code gold%2Eeu}. Rights are by level, so who takes one for the
 * other gives rights that nobody gave.
 */
public final class Dotted {
  private Dotted() {}

  public static String of(String... levels) {
    return Arrays.stream(levels).map(Dotted::level).collect(Collectors.joining("."));
  }

  /** One level, or a table's name, as it stands between dots. */
  public static String level(String plain) {
    return plain.replace("%", "%25").replace(".", "%2E");
  }

  /** What {@link #level} was made of; it may have been written by hand. */
  public static String plain(String level) {
    return level.replace("%2E", ".").replace("%2e", ".").replace("%25", "%");
  }

  public static String[] levels(String dotted) {
    return Arrays.stream(dotted.split("\\.", -1)).map(Dotted::plain).toArray(String[]::new);
  }
}
