package dev.sluice.lake.query;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a query may ask what time it is: then what it means changes between its planning and its
 * running, unless both are in one transaction. Sees more such queries than there are.
 */
final class TellsTime {
  private static final Pattern WORDS =
      Pattern.compile("now|today|current|local|transaction|age|epoch");

  private TellsTime() {}

  static boolean in(String sql) {
    return WORDS.matcher(sql.toLowerCase(Locale.ROOT)).find();
  }
}
