package dev.sluice.lake.catalog;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.ResourcePaths;

/**
 * The REST protocol's operations. Each names the query parameters it understands: another one might
 * change what is asked, so it is refused rather than ignored. Those of the protocol that are not
 * answered here are listed too, so that a client is told so and does not take them for a typing
 * error.
 */
enum Route {
  CONFIG("GET", "/v1/config", Kind.UNLISTED, "warehouse"),
  LIST_NAMESPACES("GET", ResourcePaths.V1_NAMESPACES, "parent", "pageToken", "pageSize"),
  CREATE_NAMESPACE("POST", ResourcePaths.V1_NAMESPACES),
  LOAD_NAMESPACE("GET", ResourcePaths.V1_NAMESPACE),
  NAMESPACE_EXISTS("HEAD", ResourcePaths.V1_NAMESPACE),
  DROP_NAMESPACE("DELETE", ResourcePaths.V1_NAMESPACE),
  UPDATE_NAMESPACE("POST", ResourcePaths.V1_NAMESPACE_PROPERTIES),
  LIST_TABLES("GET", ResourcePaths.V1_TABLES, "pageToken", "pageSize"),
  CREATE_TABLE("POST", ResourcePaths.V1_TABLES),
  LOAD_TABLE("GET", ResourcePaths.V1_TABLE, "snapshots"),
  TABLE_EXISTS("HEAD", ResourcePaths.V1_TABLE),
  UPDATE_TABLE("POST", ResourcePaths.V1_TABLE),
  DROP_TABLE("DELETE", ResourcePaths.V1_TABLE, "purgeRequested"),
  RENAME_TABLE("POST", ResourcePaths.V1_TABLE_RENAME),
  REGISTER_TABLE("POST", ResourcePaths.V1_TABLE_REGISTER),
  REPORT_METRICS("POST", ResourcePaths.V1_TABLE_METRICS),
  LIST_VIEWS("GET", ResourcePaths.V1_VIEWS, "pageToken", "pageSize"),
  CREATE_VIEW("POST", ResourcePaths.V1_VIEWS),
  LOAD_VIEW("GET", ResourcePaths.V1_VIEW),
  VIEW_EXISTS("HEAD", ResourcePaths.V1_VIEW),
  UPDATE_VIEW("POST", ResourcePaths.V1_VIEW),
  DROP_VIEW("DELETE", ResourcePaths.V1_VIEW),
  RENAME_VIEW("POST", ResourcePaths.V1_VIEW_RENAME),

  COMMIT_TRANSACTION("POST", ResourcePaths.V1_TRANSACTIONS_COMMIT, Kind.UNSUPPORTED),
  TABLE_CREDENTIALS("GET", ResourcePaths.V1_TABLE_CREDENTIALS, Kind.UNSUPPORTED),
  REMOTE_SIGN("POST", ResourcePaths.V1_TABLE_REMOTE_SIGN, Kind.UNSUPPORTED),
  SUBMIT_PLAN("POST", ResourcePaths.V1_TABLE_SCAN_PLAN_SUBMIT, Kind.UNSUPPORTED),
  FETCH_PLAN("GET", ResourcePaths.V1_TABLE_SCAN_PLAN, Kind.UNSUPPORTED),
  CANCEL_PLAN("DELETE", ResourcePaths.V1_TABLE_SCAN_PLAN, Kind.UNSUPPORTED),
  FETCH_TASKS("POST", ResourcePaths.V1_TABLE_SCAN_PLAN_TASKS, Kind.UNSUPPORTED),
  REGISTER_VIEW("POST", ResourcePaths.V1_VIEW_REGISTER, Kind.UNSUPPORTED),
  TOKENS("POST", "/v1/oauth/tokens", Kind.UNSUPPORTED);

  /** Whether a route is answered, and told of in the configuration. */
  private enum Kind {
    OFFERED,
    UNLISTED,
    UNSUPPORTED
  }

  /** A route and the values of its path's variables, still percent-encoded. */
  record Match(Route route, Map<String, String> variables) {
    Match {
      variables = Map.copyOf(variables);
    }

    String variable(String name) {
      return variables.get(name);
    }
  }

  private final String method;
  private final String template;
  private final Kind kind;
  private final String parameters;

  Route(String method, String template, String... parameters) {
    this(method, template, Kind.OFFERED, parameters);
  }

  Route(String method, String template, Kind kind, String... parameters) {
    this.method = method;
    this.template = template;
    this.kind = kind;
    this.parameters = String.join(",", parameters);
  }

  boolean supported() {
    return kind != Kind.UNSUPPORTED;
  }

  boolean understands(String parameter) {
    return List.of(parameters.split(",", -1)).contains(parameter);
  }

  /** What the configuration tells clients of. */
  static List<Endpoint> offered() {
    return Arrays.stream(values())
        .filter(route -> route.kind == Kind.OFFERED)
        .map(route -> Endpoint.create(route.method, route.template))
        .toList();
  }

  static Optional<Match> of(String method, String path) {
    List<String> parts = List.of(path.split("/", -1));
    return Arrays.stream(values())
        .filter(route -> route.method.equals(method))
        .flatMap(route -> route.match(parts).stream())
        .findFirst();
  }

  /** Whether any operation has this path, by whatever method. */
  static boolean known(String path) {
    List<String> parts = List.of(path.split("/", -1));
    return Arrays.stream(values()).anyMatch(route -> route.match(parts).isPresent());
  }

  private Optional<Match> match(List<String> parts) {
    List<String> segments = List.of(template.replace("/{prefix}", "").split("/", -1));
    if (parts.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      String segment = segments.get(i);
      if (segment.startsWith("{")) {
        if (parts.get(i).isEmpty()) {
          return Optional.empty();
        }
        variables.put(segment.substring(1, segment.length() - 1), parts.get(i));
      } else if (!segment.equals(parts.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(new Match(this, variables));
  }
}
