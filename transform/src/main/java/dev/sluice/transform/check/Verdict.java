package dev.sluice.transform.check;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a rule says of the sums over the rows.
 *
 * @param says the breach; empty where there is none
 * @param figures what later runs compare with
 */
record Verdict(Optional<Double> value, String says, List<Long> figures) {
  /** Rows that break the rule are counted. */
  static Verdict broken(long broken, long rows) {
    String says =
        broken == 0 ? "" : String.format(Locale.ROOT, "%,d of %,d rows break it", broken, rows);
    return new Verdict(Optional.of((double) broken), says, List.of());
  }

  /** There is nothing to judge yet. */
  static Verdict unjudged(List<Long> figures) {
    return new Verdict(Optional.empty(), "", figures);
  }

  /** A figure is held against its bound. */
  static Verdict bounded(double value, double most, String what, List<Long> figures) {
    String says =
        value <= most ? "" : String.format(Locale.ROOT, "%s is %.3f, over %.3f", what, value, most);
    return new Verdict(Optional.of(value), says, figures);
  }

  boolean passed() {
    return says.isEmpty();
  }
}
