package dev.sluice.transform.source;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a table is read in parts: conditions of which each row meets exactly one, whatever the column
 * holds. A range is cut into equal widths, which hold equal numbers of rows only where the values
 * are spread evenly.
 */
final class Parts {
  /** The column as the reading query calls it. */
  static final String KEY = "k";

  /** The one part that is the whole. */
  static final List<String> WHOLE = List.of("1 = 1");

  private Parts() {}

  /** The least and greatest value of a column. */
  record Bounds(BigDecimal least, BigDecimal greatest) {}

  /** Ranges; the outer ones are open, and the first has the rows without a value. */
  static List<String> ranges(Server server, Server.Scale scale, Bounds bounds, int parts) {
    BigDecimal width = bounds.greatest().subtract(bounds.least());
    String key = server.quoted(KEY);
    List<String> cuts = new ArrayList<>();
    for (int i = 1; i < parts; i++) {
      BigDecimal cut =
          bounds
              .least()
              .add(
                  width
                      .multiply(BigDecimal.valueOf(i))
                      .divide(BigDecimal.valueOf(parts), RoundingMode.CEILING)
                      .setScale(0, RoundingMode.CEILING));
      String literal = server.literal(cut, scale);
      if (!cuts.contains(literal)) {
        cuts.add(literal);
      }
    }
    List<String> conditions = new ArrayList<>();
    conditions.add("(" + key + " < " + cuts.get(0) + " OR " + key + " IS NULL)");
    for (int i = 1; i < cuts.size(); i++) {
      conditions.add(
          "(" + key + " >= " + cuts.get(i - 1) + " AND " + key + " < " + cuts.get(i) + ")");
    }
    conditions.add(key + " >= " + cuts.get(cuts.size() - 1));
    return List.copyOf(conditions);
  }

  /** Parts by a hash, for values without an order that can be cut. */
  static List<String> hashes(Server server, int parts) {
    String key = server.quoted(KEY);
    List<String> conditions = new ArrayList<>();
    conditions.add("(" + server.hashed(key, 0, parts) + " OR " + key + " IS NULL)");
    for (int i = 1; i < parts; i++) {
      conditions.add(server.hashed(key, i, parts));
    }
    return List.copyOf(conditions);
  }

  /** What the server answered, if those are two numbers. */
  static Optional<Bounds> bounds(Optional<String> least, Optional<String> greatest) {
    if (least.isEmpty() || greatest.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Bounds(new BigDecimal(least.get()), new BigDecimal(greatest.get())));
    } catch (NumberFormatException noNumbers) {
      return Optional.empty();
    }
  }
}
