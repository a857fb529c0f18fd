package dev.sluice.lake.book.said;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How old the newest data may be: {@code 15m}, {@code 2h}, {@code 1d}, or as ISO 8601 has it. */
public final class Age {
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,6})([smhdw])");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1),
          "w", Duration.ofDays(7));

  private Age() {}

  public static Optional<Duration> of(String written) {
    Matcher own = WRITTEN.matcher(written);
    if (own.matches()) {
      return positive(UNITS.get(own.group(2)).multipliedBy(Long.parseLong(own.group(1))));
    }
    try {
      return positive(Duration.parse(written));
    } catch (DateTimeParseException notIso) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> positive(Duration age) {
    return age.isZero() || age.isNegative() ? Optional.empty() : Optional.of(age);
  }
}
