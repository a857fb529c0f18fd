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
  CONFIG("GET", "/v1/config", Serves.UNLISTED, About.CATALOG, Right.READ, "warehouse"),
  LIST_NAMESPACES(
      "GET",
      ResourcePaths.V1_NAMESPACES,
      About.NAMESPACES,
      Right.READ,
      "parent",
      "pageToken",
      "pageSize"),
  CREATE_NAMESPACE("POST", ResourcePaths.V1_NAMESPACES, About.NAMESPACES, Right.OWN),
  LOAD_NAMESPACE("GET", ResourcePaths.V1_NAMESPACE, About.NAMESPACES, Right.READ),
  NAMESPACE_EXISTS("HEAD", ResourcePaths.V1_NAMESPACE, About.NAMESPACES, Right.READ),
  DROP_NAMESPACE("DELETE", ResourcePaths.V1_NAMESPACE, About.NAMESPACES, Right.OWN),
  UPDATE_NAMESPACE("POST", ResourcePaths.V1_NAMESPACE_PROPERTIES, About.NAMESPACES, Right.OWN),
  LIST_TABLES("GET", ResourcePaths.V1_TABLES, About.TABLES, Right.READ, "pageToken", "pageSize"),
  CREATE_TABLE("POST", ResourcePaths.V1_TABLES, About.TABLES, Right.WRITE),
  LOAD_TABLE("GET", ResourcePaths.V1_TABLE, About.TABLES, Right.READ, "snapshots", "referenced-by"),
  TABLE_EXISTS("HEAD", ResourcePaths.V1_TABLE, About.TABLES, Right.READ),
  UPDATE_TABLE("POST", ResourcePaths.V1_TABLE, About.TABLES, Right.WRITE),
  DROP_TABLE("DELETE", ResourcePaths.V1_TABLE, About.TABLES, Right.WRITE, "purgeRequested"),
  RENAME_TABLE("POST", ResourcePaths.V1_TABLE_RENAME, About.TABLES, Right.WRITE),
  REGISTER_TABLE("POST", ResourcePaths.V1_TABLE_REGISTER, About.TABLES, Right.OWN),
  TABLE_CREDENTIALS(
      "GET",
      ResourcePaths.V1_TABLE_CREDENTIALS,
      About.TABLES,
      Right.READ,
      "planId",
      "referenced-by"),
  REPORT_METRICS("POST", ResourcePaths.V1_TABLE_METRICS, About.CATALOG, Right.READ),
  COMMIT_TRANSACTION("POST", ResourcePaths.V1_TRANSACTIONS_COMMIT, About.TABLES, Right.WRITE),
  SUBMIT_PLAN("POST", ResourcePaths.V1_TABLE_SCAN_PLAN_SUBMIT, About.SCANS, Right.READ),
  FETCH_PLAN("GET", ResourcePaths.V1_TABLE_SCAN_PLAN, About.SCANS, Right.READ),
  CANCEL_PLAN("DELETE", ResourcePaths.V1_TABLE_SCAN_PLAN, About.SCANS, Right.READ),
  FETCH_TASKS("POST", ResourcePaths.V1_TABLE_SCAN_PLAN_TASKS, About.SCANS, Right.READ),
  LIST_VIEWS("GET", ResourcePaths.V1_VIEWS, About.VIEWS, Right.READ, "pageToken", "pageSize"),
  CREATE_VIEW("POST", ResourcePaths.V1_VIEWS, About.VIEWS, Right.WRITE),
  LOAD_VIEW("GET", ResourcePaths.V1_VIEW, About.VIEWS, Right.READ, "referenced-by"),
  VIEW_EXISTS("HEAD", ResourcePaths.V1_VIEW, About.VIEWS, Right.READ),
  UPDATE_VIEW("POST", ResourcePaths.V1_VIEW, About.VIEWS, Right.WRITE),
  DROP_VIEW("DELETE", ResourcePaths.V1_VIEW, About.VIEWS, Right.WRITE),
  RENAME_VIEW("POST", ResourcePaths.V1_VIEW_RENAME, About.VIEWS, Right.WRITE),
  REGISTER_VIEW("POST", ResourcePaths.V1_VIEW_REGISTER, About.VIEWS, Right.OWN),

  REMOTE_SIGN("POST", ResourcePaths.V1_TABLE_REMOTE_SIGN),
  TOKENS("POST", "/v1/oauth/tokens", Serves.UNLISTED, About.CATALOG, Right.READ);

  /** Whether it is for those, too, who do not say who they are: this is where they do. */
  static boolean open(String path) {
    return path.equals(TOKENS.template);
  }

  /** Whether a route is answered, and told of in the configuration. */
  private enum Serves {
    OFFERED,
    UNLISTED,
    UNSUPPORTED
  }

  /** What an operation is about. */
  enum About {
    CATALOG,
    NAMESPACES,
    TABLES,
    SCANS,
    VIEWS
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
  private final Serves serves;
  private final About about;
  private final Right right;
  private final String parameters;

  Route(String method, String template) {
    this(method, template, Serves.UNSUPPORTED, About.CATALOG, Right.OWN);
  }

  Route(String method, String template, About about, Right right, String... parameters) {
    this(method, template, Serves.OFFERED, about, right, parameters);
  }

  Route(
      String method,
      String template,
      Serves serves,
      About about,
      Right right,
      String... parameters) {
    this.method = method;
    this.template = template;
    this.serves = serves;
    this.about = about;
    this.right = right;
    this.parameters = String.join(",", parameters);
  }

  boolean supported() {
    return serves != Serves.UNSUPPORTED;
  }

  About about() {
    return about;
  }

  /** The right needed on each namespace that is touched. */
  Right right() {
    return right;
  }

  /** Whether carrying it out twice would differ from once. */
  boolean changes() {
    return right != Right.READ;
  }

  /** How a change is answered when it is made. */
  int success() {
    boolean silent =
        method.equals("DELETE")
            || this == RENAME_TABLE
            || this == RENAME_VIEW
            || this == COMMIT_TRANSACTION;
    return silent ? 204 : 200;
  }

  boolean understands(String parameter) {
    return List.of(parameters.split(",", -1)).contains(parameter);
  }

  /** What the configuration tells clients of. */
  static List<Endpoint> offered() {
    return Arrays.stream(values())
        .filter(route -> route.serves == Serves.OFFERED)
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
