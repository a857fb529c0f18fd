package dev.sluice.lake.http;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A question that an area answers.
 *
 * @param method in capitals; what takes GET takes HEAD
 * @param path with a name in braces in place of what differs
 * @param parameters of the query, those that are understood
 */
public record Route(String method, String path, Set<String> parameters) {
  public Route {
    parameters = Set.copyOf(parameters);
  }

  public Route(String method, String path) {
    this(method, path, Set.of());
  }

  private boolean leadsTo(String asked) {
    String[] own = path.split("/", -1);
    String[] parts = asked.split("/", -1);
    if (parts.length != own.length) {
      return false;
    }
    for (int i = 0; i < own.length; i++) {
      boolean differs = own[i].startsWith("{") && !parts[i].isEmpty();
      if (!differs && !own[i].equals(parts[i])) {
        return false;
      }
    }
    return true;
  }

  /** What there is to say to a call that none of the routes takes. */
  static Optional<Reply> refusal(List<Route> routes, Call call) {
    List<Route> there = routes.stream().filter(route -> route.leadsTo(call.path())).toList();
    if (there.isEmpty()) {
      return Optional.of(
          Reply.error(404, "NotFoundException", "nothing is served at " + call.path()));
    }
    String method = call.method().equals("HEAD") ? "GET" : call.method();
    Optional<Route> taking =
        there.stream().filter(route -> route.method.equals(method)).findFirst();
    if (taking.isEmpty()) {
      String methods = there.stream().map(Route::method).sorted().collect(Collectors.joining(", "));
      return Optional.of(
          wrong(405, call.path() + " takes " + methods + " and no " + call.method())
              .with("Allow", methods));
    }
    return call.query().keySet().stream()
        .filter(parameter -> !taking.get().parameters.contains(parameter))
        .findFirst()
        .map(
            parameter ->
                wrong(
                    400,
                    "query parameter '"
                        + parameter
                        + "' is not understood here and would be ignored"));
  }

  private static Reply wrong(int status, String message) {
    return Reply.error(status, "BadRequestException", message);
  }
}
