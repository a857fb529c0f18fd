package dev.sluice.infra.wire;

import dev.sluice.awswire.AwsFault;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * EC2's filters over things of one kind: all filters must match, each by any of its values, which
 * may hold the wildcards {@code *} and {@code ?}, escaped by a backslash.
 *
 * @param attributes what a thing has under the name of each filter
 * @param tags the tags of a thing, for {@code tag:KEY} and {@code tag-key}
 */
record Filters<T>(
    Map<String, Function<T, List<String>>> attributes, Function<T, Map<String, String>> tags) {
  private static final String TAG = "tag:";

  Filters {
    attributes = Map.copyOf(attributes);
  }

  Predicate<T> read(Parameters parameters) {
    Predicate<T> all = thing -> true;
    for (Parameters filter : parameters.groups("Filter")) {
      String name = filter.required("Name");
      List<String> values = filter.list("Value");
      if (values.isEmpty()) {
        throw new AwsFault(400, "InvalidParameterValue", "The filter '" + name + "' has no values");
      }
      Function<T, List<String>> attribute = attribute(name);
      all =
          all.and(
              thing ->
                  attribute.apply(thing).stream()
                      .anyMatch(is -> values.stream().anyMatch(value -> matches(value, is))));
    }
    return all;
  }

  private Function<T, List<String>> attribute(String name) {
    if (name.startsWith(TAG)) {
      String key = name.substring(TAG.length());
      return thing ->
          tags.apply(thing).containsKey(key) ? List.of(tags.apply(thing).get(key)) : List.of();
    } else if (name.equals("tag-key")) {
      return thing -> List.copyOf(tags.apply(thing).keySet());
    } else if (!attributes.containsKey(name)) {
      throw new AwsFault(
          400,
          "InvalidParameterValue",
          "The filter '"
              + name
              + "' is invalid; known: "
              + String.join(", ", new TreeSet<>(attributes.keySet()))
              + ", tag:KEY, tag-key");
    }
    return attributes.get(name);
  }

  /**
   * Whether the pattern matches the whole text. Goes back to the last star only, which is enough:
   * the time is bounded by the product of the lengths.
   */
  static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      boolean escaped = p + 1 < pattern.length() && pattern.charAt(p) == '\\';
      char wanted = p < pattern.length() ? pattern.charAt(escaped ? p + 1 : p) : 0;
      if (p < pattern.length() && !escaped && wanted == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length()
          && (wanted == text.charAt(t) || (!escaped && wanted == '?'))) {
        p += escaped ? 2 : 1;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
