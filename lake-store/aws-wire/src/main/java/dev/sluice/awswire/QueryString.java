package dev.sluice.awswire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The decoded parameters of a query string, in the order they came. */
public record QueryString(List<Parameter> parameters) {
  /** One name with its value; a parameter without an equals sign has the empty value. */
  public record Parameter(String name, String value) {}

  private static final QueryString NONE = new QueryString(List.of());

  public QueryString {
    parameters = List.copyOf(parameters);
  }

  public static QueryString parse(String raw) {
    if (raw.isEmpty()) {
      return NONE;
    }
    List<Parameter> parameters = new ArrayList<>();
    for (String pair : raw.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      parameters.add(new Parameter(Percent.decodeQuery(name), Percent.decodeQuery(value)));
    }
    return new QueryString(parameters);
  }

  public boolean has(String name) {
    return first(name).isPresent();
  }

  public Optional<String> first(String name) {
    for (Parameter each : parameters) {
      if (each.name().equals(name)) {
        return Optional.of(each.value());
      }
    }
    return Optional.empty();
  }
}
