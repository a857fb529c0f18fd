package dev.sluice.infra.wire;

import dev.sluice.awswire.AwsFault;
import dev.sluice.awswire.QueryString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The parameters of one Query request. Reading one takes it out: what is left when all that an
 * action knows are read is unknown, and refused.
 */
final class Parameters {
  private static final int MOST_PARAMETERS = 4096;
  private static final int MOST_LISTED = 1000;

  private final NavigableMap<String, String> unread;
  private final String prefix;

  private Parameters(NavigableMap<String, String> unread, String prefix) {
    this.unread = unread;
    this.prefix = prefix;
  }

  /** Those of the body and of the query string, less the signature's own. */
  static Parameters of(CloudCall call) {
    TreeMap<String, String> all = new TreeMap<>();
    String form = new String(call.body(), StandardCharsets.UTF_8);
    List<QueryString.Parameter> given = new ArrayList<>(call.request().query().parameters());
    given.addAll(QueryString.parse(form).parameters());
    if (given.size() > MOST_PARAMETERS) {
      throw new AwsFault(
          400, "InvalidParameterValue", "More than " + MOST_PARAMETERS + " parameters");
    }
    for (QueryString.Parameter each : given) {
      if (each.name().startsWith("X-Amz-")) {
        continue;
      }
      Optional<String> before = Optional.ofNullable(all.put(each.name(), each.value()));
      if (before.isPresent()) {
        throw new AwsFault(
            400, "InvalidParameterValue", "The parameter " + each.name() + " is given twice");
      }
    }
    return new Parameters(all, "");
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(unread.remove(prefix + name));
  }

  String required(String name) {
    return text(name)
        .orElseThrow(
            () ->
                new AwsFault(
                    400,
                    "MissingParameter",
                    "The request must contain the parameter " + prefix + name));
  }

  Optional<Integer> number(String name) {
    return text(name).map(value -> parse(name, value));
  }

  private int parse(String name, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException not) {
      throw invalid(name, value);
    }
  }

  boolean flag(String name) {
    return text(name)
        .map(
            value -> {
              if (!value.equals("true") && !value.equals("false")) {
                throw invalid(name, value);
              }
              return value.equals("true");
            })
        .orElse(false);
  }

  AwsFault invalid(String name, String value) {
    return new AwsFault(
        400,
        "InvalidParameterValue",
        "Value (" + value + ") for parameter " + prefix + name + " is invalid.");
  }

  /** The values of {@code name.1}, {@code name.2} and so on, in the order of their numbers. */
  List<String> list(String name) {
    return indexes(name).stream().flatMap(i -> text(name + "." + i).stream()).toList();
  }

  /** The groups of parameters {@code name.1.*}, {@code name.2.*} and so on. */
  List<Parameters> groups(String name) {
    return indexes(name).stream()
        .map(index -> new Parameters(unread, prefix + name + "." + index + "."))
        .toList();
  }

  private SortedSet<Integer> indexes(String name) {
    String start = prefix + name + ".";
    TreeSet<Integer> indexes = new TreeSet<>();
    for (String key : unread.tailMap(start, true).keySet()) {
      if (!key.startsWith(start)) {
        break;
      }
      String index = key.substring(start.length()).split("\\.", 2)[0];
      if (!index.matches("\\d{1,5}")) {
        throw unknown(key);
      }
      indexes.add(Integer.valueOf(index));
    }
    if (indexes.size() > MOST_LISTED) {
      throw new AwsFault(
          400, "InvalidParameterValue", "More than " + MOST_LISTED + " values of " + prefix + name);
    }
    return indexes;
  }

  void refuseUnread() {
    if (!unread.isEmpty()) {
      throw unknown(unread.firstKey());
    }
  }

  private static AwsFault unknown(String name) {
    return new AwsFault(
        400, "UnknownParameter", "The parameter " + name + " is not recognized by this cloud");
  }
}
